package dev.understudy.shim.source.cache;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Sha256;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloaded bundles, kept so that a restart downloads nothing again.
 *
 * <pre>
 *   DIR/lock                   held while a process uses the directory
 *   DIR/temp/N.part            a download under way; removed at the next start
 *   DIR/bundles/HASH           whole, not yet released by its taker
 *   DIR/bundles/HASH.done      whole, released; the first to go when room is needed
 *   DIR/lists/…                bundle lists, see the source that writes them
 * </pre>
 *
 * <p>Nothing is forced to disk: a file is hashed again before each new use, so that what a power
 * cut tore is found and fetched again. Safe for any number of threads. Opened once, closed by its
 * opener; two processes can't share a directory.
 */
public final class CacheDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheDirectory.class);
  private static final Pattern BUNDLE = Pattern.compile("([0-9a-f]{64})(\\.done)?");
  private static final String DONE = ".done";

  /** Released before unreleased, then the one unused for longest. */
  private static final Comparator<Entry> EVICTION_ORDER =
      Comparator.<Entry, Boolean>comparing(entry -> !entry.done)
          .thenComparing(entry -> entry.lastUse)
          .thenComparing(entry -> entry.hash);

  private final Path bundles;
  private final Path temp;
  private final Path lists;
  private final long maxBytes;
  private final InstantSource clock;
  private final FileChannel lockChannel;
  private final AtomicLong tempNumbers = new AtomicLong();
  private final Map<String, Entry> entries = new HashMap<>();
  private final TreeSet<Entry> evictable = new TreeSet<>(EVICTION_ORDER);
  private long totalBytes;

  private static final class Entry {
    final String hash;
    final long size;
    boolean done;
    long lastUse;
    int pins;

    Entry(final String hash, final long size, final boolean done, final long lastUse) {
      this.hash = hash;
      this.size = size;
      this.done = done;
      this.lastUse = lastUse;
    }
  }

  private CacheDirectory(
      final Path directory,
      final long maxBytes,
      final InstantSource clock,
      final FileChannel lockChannel) {
    this.bundles = directory.resolve("bundles");
    this.temp = directory.resolve("temp");
    this.lists = directory.resolve("lists");
    this.maxBytes = maxBytes;
    this.clock = clock;
    this.lockChannel = lockChannel;
  }

  /** Creates the directory if absent, locks it, and removes what killed runs left half done. */
  public static CacheDirectory open(
      final Path directory, final long maxBytes, final InstantSource clock)
      throws FailureException {
    FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        throw new FailureException(
            FailureKind.HOME_IN_USE,
            "another process uses the bundle cache " + directory,
            "Wait for it to end, or give this one a cache directory of its own.");
      }
      final CacheDirectory cache = new CacheDirectory(directory, maxBytes, clock, channel);
      cache.load();
      channel = null;
      return cache;
    } catch (final IOException failed) {
      throw diskFailure("the bundle cache " + directory + " can't be opened", failed);
    } finally {
      closeQuietly(channel);
    }
  }

  private static boolean lock(final FileChannel channel) throws IOException {
    try {
      final FileLock lock = channel.tryLock();
      return lock != null;
    } catch (final OverlappingFileLockException ours) {
      return false;
    }
  }

  private synchronized void load() throws IOException {
    Files.createDirectories(bundles);
    Files.createDirectories(temp);
    Files.createDirectories(lists);
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(temp, "*.part")) {
      for (final Path leftover : leftovers) {
        Files.delete(leftover);
      }
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(bundles)) {
      for (final Path file : files) {
        final Matcher name = BUNDLE.matcher(file.getFileName().toString());
        if (name.matches()) {
          addFound(file, name.group(1), name.group(2) != null);
        }
      }
    }
    evict();
  }

  private void addFound(final Path file, final String hash, final boolean done) throws IOException {
    final BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
    if (entries.containsKey(hash)) {
      Files.delete(file); // the same bundle under both names: the one found first stays
      return;
    }
    final Entry entry = new Entry(hash, facts.size(), done, facts.lastModifiedTime().toMillis());
    entries.put(hash, entry);
    evictable.add(entry);
    totalBytes += entry.size;
  }

  /** A name for a new download's file; nothing lies there yet. */
  public Path newTempFile() {
    return temp.resolve(tempNumbers.incrementAndGet() + ".part");
  }

  /** Where lists of bundles may be kept; they are not counted and not evicted. */
  public Path listDirectory() {
    return lists;
  }

  /** Size on disk of the bundle with this hash, if it is here. */
  public synchronized Optional<Long> sizeOf(final String hash) {
    return Optional.ofNullable(entries.get(hash)).map(entry -> entry.size);
  }

  /** All bytes of whole bundles here. */
  public synchronized long totalBytes() {
    return totalBytes;
  }

  /**
   * Hands out the bundle if it is here and still hashes to its name; it then stays until {@link
   * #release}. A damaged one is deleted.
   */
  public Optional<Path> pin(final String hash) throws FailureException {
    final Path file = pinUnchecked(hash);
    if (file == null) {
      return Optional.empty();
    }
    boolean sound = false;
    try {
      sound = hashOf(file).equals(hash);
    } catch (final NoSuchFileException gone) {
      LOG.warn("bundle cache: {} was removed by somebody else", file);
    } catch (final IOException failed) {
      throw diskFailure("the cached bundle " + file + " can't be read", failed);
    } finally {
      if (!sound) {
        drop(hash);
      }
    }
    return sound ? Optional.of(file) : Optional.empty();
  }

  private synchronized @Nullable Path pinUnchecked(final String hash) throws FailureException {
    final Entry entry = entries.get(hash);
    if (entry == null) {
      return null;
    }
    evictable.remove(entry);
    final Path file = bundles.resolve(hash);
    if (entry.done) {
      try {
        Files.move(bundles.resolve(hash + DONE), file, StandardCopyOption.ATOMIC_MOVE);
      } catch (final NoSuchFileException gone) {
        forget(entry);
        return null;
      } catch (final IOException failed) {
        evictable.add(entry);
        throw diskFailure("the cached bundle " + file + " can't be renamed", failed);
      }
      entry.done = false;
    }
    entry.pins++;
    return file;
  }

  /** Takes a checked download in under its hash; pinned until {@link #release}. */
  public synchronized Path adopt(final String hash, final Path download) throws FailureException {
    final Path file = bundles.resolve(hash);
    try {
      final Entry known = entries.get(hash);
      if (known != null && known.pins > 0) {
        Files.delete(download); // another cursor was faster; its file must not be replaced
        known.pins++;
        return file;
      }
      if (known != null) {
        evictable.remove(known);
        delete(known);
      }
      final long size = Files.size(download);
      Files.move(download, file, StandardCopyOption.ATOMIC_MOVE);
      final Entry entry = new Entry(hash, size, false, clock.millis());
      entry.pins = 1;
      entries.put(hash, entry);
      totalBytes += size;
      evict();
      return file;
    } catch (final IOException failed) {
      throw diskFailure("the bundle cache " + bundles + " can't be written", failed);
    }
  }

  /**
   * Gives up one pin; {@code consumed} says that the taker has read it, so that it may go first.
   */
  public synchronized void release(final String hash, final boolean consumed) {
    final Entry entry = entries.get(hash);
    if (entry == null || entry.pins == 0) {
      return;
    }
    entry.pins--;
    if (entry.pins > 0) {
      return;
    }
    try {
      if (consumed) {
        final Path done = bundles.resolve(hash + DONE);
        Files.move(bundles.resolve(hash), done, StandardCopyOption.ATOMIC_MOVE);
        entry.done = true;
        entry.lastUse = clock.millis();
        Files.setLastModifiedTime(done, FileTime.fromMillis(entry.lastUse));
      }
      evictable.add(entry);
      evict();
    } catch (final IOException failed) {
      // the data was read, so that nothing is lost; the next start finds what is really here
      LOG.warn("bundle cache: {} could not be put aside: {}", hash, failed.toString());
    }
  }

  private synchronized void drop(final String hash) {
    final Entry entry = entries.get(hash);
    if (entry == null) {
      return;
    }
    entry.pins--;
    if (entry.pins <= 0) {
      try {
        delete(entry);
      } catch (final IOException failed) {
        LOG.warn("bundle cache: damaged {} could not be deleted: {}", hash, failed.toString());
      }
    }
  }

  private void evict() throws IOException {
    while (totalBytes > maxBytes && !evictable.isEmpty()) {
      final Entry oldest = evictable.first();
      evictable.remove(oldest);
      delete(oldest);
    }
  }

  private void delete(final Entry entry) throws IOException {
    forget(entry);
    Files.deleteIfExists(bundles.resolve(entry.done ? entry.hash + DONE : entry.hash));
  }

  private void forget(final Entry entry) {
    entries.remove(entry.hash);
    totalBytes -= entry.size;
  }

  /** Lower-case hex SHA-256 of a whole file. */
  private static String hashOf(final Path file) throws IOException {
    final var digest = Sha256.newDigest();
    final byte[] block = new byte[64 * 1024];
    try (InputStream in = new FileInputStream(file.toFile())) {
      for (int got = in.read(block); got >= 0; got = in.read(block)) {
        digest.update(block, 0, got);
      }
    } catch (final java.io.FileNotFoundException gone) {
      throw new NoSuchFileException(file.toString());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Unlocks the directory; files stay. Closing twice is harmless. */
  @Override
  public void close() {
    closeQuietly(lockChannel);
  }

  private static void closeQuietly(final @Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (final IOException failed) {
        throw new UncheckedIOException("the cache's lock file can't be closed", failed);
      }
    }
  }

  private static FailureException diskFailure(final String what, final IOException cause) {
    return new FailureException(
        FailureKind.DISK,
        what + ": " + cause,
        "Make room or mend the permissions, or name another cache directory; then run the same"
            + " command again.",
        cause);
  }
}
