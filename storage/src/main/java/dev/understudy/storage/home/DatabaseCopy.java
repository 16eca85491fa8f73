package dev.understudy.storage.home;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.DatabaseFiles;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Copies one database into another backend's, in the order of the keys, so that a copy that was cut
 * short goes on after its last key; then compares every key and value.
 */
final class DatabaseCopy {
  private static final long BATCH_BYTES = 1L << 20;
  private static final Pattern DATA = Pattern.compile("CURRENT|MANIFEST-\\d+|\\d+\\.(log|ldb|sst)");

  private final StoreFactory from;
  private final StoreFactory to;
  private final Path scratch;
  private final FreeSpaceGuard space;

  DatabaseCopy(
      final StoreFactory from,
      final StoreFactory to,
      final Path scratch,
      final FreeSpaceGuard space) {
    this.from = from;
    this.to = to;
    this.scratch = scratch;
    this.space = space;
  }

  /**
   * Makes or completes the copy and proves it. A copy that does not prove equal, as one begun
   * before a power cut may, is made anew, once. Returns how many keys there are.
   */
  long run(final Path original, final Path copy) throws FailureException {
    final boolean resumed = Files.isDirectory(copy);
    fill(original, copy);
    to.seal(copy);
    final long keys = equalKeys(original, copy);
    if (keys >= 0) {
      return keys;
    }
    if (!resumed) {
      throw DatabaseFiles.diskFailure(
          "copy",
          original,
          new IOException("what was written to " + copy + " does not read back the same"));
    }
    discard(copy);
    return run(original, copy);
  }

  private void fill(final Path original, final Path copy) throws FailureException {
    try {
      Files.createDirectories(copy);
    } catch (final IOException e) {
      throw DatabaseFiles.diskFailure("make", copy, e);
    }
    try (KvStore source = from.openShadow(original, scratch);
        KvStore target = to.open(copy);
        KvIterator records = source.iterate(firstMissing(target), null)) {
      Batch batch = new Batch();
      while (records.next()) {
        batch.put(records.key(), records.value());
        if (batch.sizeBytes() >= BATCH_BYTES) {
          write(target, batch);
          batch = new Batch();
        }
      }
      write(target, batch);
    }
  }

  private void write(final KvStore target, final Batch batch) throws FailureException {
    if (!batch.isEmpty()) {
      space.requireRoomFor(batch.sizeBytes());
      target.write(batch, false);
    }
  }

  /** The smallest key behind the last one that the copy has. */
  private static byte[] firstMissing(final KvStore target) {
    try (KvIterator last = target.iterateReverse(new byte[0], null)) {
      return last.next() ? Arrays.copyOf(last.key(), last.key().length + 1) : new byte[0];
    }
  }

  /** -1 where they differ anywhere. */
  private long equalKeys(final Path original, final Path copy) throws FailureException {
    try (KvStore source = from.openShadow(original, scratch);
        KvStore target = to.openShadow(copy, scratch);
        KvIterator wanted = source.iterate(new byte[0], null);
        KvIterator found = target.iterate(new byte[0], null)) {
      long keys = 0;
      while (wanted.next()) {
        if (!found.next()
            || !Arrays.equals(wanted.key(), found.key())
            || !Arrays.equals(wanted.value(), found.value())) {
          return -1;
        }
        keys++;
      }
      return found.next() ? -1 : keys;
    }
  }

  static void discard(final Path copy) throws FailureException {
    try {
      DurableFiles.deleteTree(copy);
    } catch (final IOException e) {
      throw DatabaseFiles.diskFailure("delete", copy, e);
    }
  }

  /** Changes whenever somebody has written to the database. */
  static String print(final Path database) throws FailureException {
    try {
      long bytes = 0;
      int files = 0;
      long newest = 0;
      for (final Path file : DatabaseFiles.matching(database, DATA)) {
        bytes += Files.size(file);
        files++;
        newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
      }
      return files + "/" + bytes + "/" + newest;
    } catch (final IOException e) {
      throw DatabaseFiles.diskFailure("look at", database, e);
    }
  }

  /** Bytes on the disk; 0 where there is no such directory. */
  static long bytes(final Path directory) throws FailureException {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(directory)) {
      long sum = 0;
      for (final Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    } catch (final IOException e) {
      throw DatabaseFiles.diskFailure("look at", directory, e);
    }
  }
}
