package dev.understudy.storage.kv.leveldb;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBException;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KvStore} on a directory in goleveldb's format.
 *
 * <p>The directory is not fit for goleveldb after {@link #close()}: what leveldbjni leaves in its
 * journal goleveldb silently drops. {@link LevelDbDirectory#seal} makes it fit. Tables are {@code
 * .sst}; a directory that goleveldb wrote has {@code .ldb} ones and goes through {@link
 * LevelDbDirectory#adopt} first. The caller holds goleveldb's kind of lock from before opening
 * until after closing; leveldbjni's own lock excludes only its own kind.
 */
public final class LevelDbStore implements KvStore {
  // Bounds a database's memory to about 32 MiB: two write buffers (one filling, one on its way into
  // a table) and the cache of blocks.
  private static final int WRITE_BUFFER_BYTES = 32 << 20;
  private static final long BLOCK_CACHE_BYTES = 16L << 20;
  // Four databases stay well below the 1024 descriptors of a default shell.
  private static final int MAX_OPEN_TABLES = 150;

  // Above every key a node writes (the longest raw ones are 32-byte hashes), so that a compaction
  // "of" it finds no table and does nothing but flush.
  private static final byte[] BEYOND_ALL_KEYS = beyondAllKeys();

  private final Path directory;
  private final DB db;
  // Native calls on a freed database crash the process: users share, close excludes.
  private final ReadWriteLock life = new ReentrantReadWriteLock();
  private final Set<LevelDbIterator> openIterators = ConcurrentHashMap.newKeySet();
  private boolean closed;
  private volatile @Nullable RuntimeException failure;

  private LevelDbStore(final Path directory, final DB db) {
    this.directory = directory;
    this.db = db;
  }

  /**
   * Opens the database, making it where there is none. Opening writes: it turns the journal into
   * tables and starts a new MANIFEST, so only a directory that is ours to change may come here.
   */
  public static LevelDbStore open(final Path directory) throws FailureException {
    LevelDbNative.require();
    final Options options =
        new Options()
            .createIfMissing(true)
            .compressionType(CompressionType.SNAPPY)
            .writeBufferSize(WRITE_BUFFER_BYTES)
            .cacheSize(BLOCK_CACHE_BYTES)
            .maxOpenFiles(MAX_OPEN_TABLES);
    try {
      return new LevelDbStore(directory, JniDBFactory.factory.open(directory.toFile(), options));
    } catch (final IOException | DBException e) {
      throw openFailure(directory, e);
    }
  }

  private static FailureException openFailure(final Path directory, final Exception e) {
    final String why = String.valueOf(e.getMessage());
    // LevelDB tells it in words only; "lock" alone is in "blockstore" too.
    if (why.contains("IO error: lock ")) {
      return new FailureException(
          FailureKind.HOME_IN_USE,
          "The database " + directory + " is in use by another process: " + why,
          "Stop the process that uses this home, then run the same command again.",
          e);
    }
    return new FailureException(
        FailureKind.HOME_STATE,
        "The database " + directory + " can't be opened: " + why,
        "Check the disk and the permissions. If the directory is damaged, restore the home from a"
            + " backup or start again with a new one.",
        e);
  }

  @Override
  public byte @Nullable [] get(final byte[] key) {
    return use(() -> db.get(key, checked()));
  }

  @Override
  public KvIterator iterate(final byte[] from, final byte @Nullable [] to) {
    return cursor(from, to, false);
  }

  @Override
  public KvIterator iterateReverse(final byte[] from, final byte @Nullable [] to) {
    return cursor(from, to, true);
  }

  private KvIterator cursor(
      final byte[] from, final byte @Nullable [] to, final boolean descending) {
    return use(
        () -> {
          final LevelDbIterator iterator =
              new LevelDbIterator(this, db.iterator(checked()), from, to, descending);
          openIterators.add(iterator);
          return iterator;
        });
  }

  @Override
  public void write(final Batch batch, final boolean sync) {
    requireSound();
    use(
        () -> {
          try (WriteBatch changes = db.createWriteBatch()) {
            for (final Batch.Change change : batch.changes()) {
              add(changes, change);
            }
            db.write(changes, new WriteOptions().sync(sync));
            return true;
          } catch (final DBException e) {
            failure = e;
            throw e;
          } catch (final IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static void add(final WriteBatch changes, final Batch.Change change) {
    if (change.key().length == 0) {
      throw new IllegalArgumentException("an empty key");
    }
    final byte[] value = change.value();
    if (value == null) {
      changes.delete(change.key());
    } else {
      changes.put(change.key(), value);
    }
  }

  @Override
  public void checkpoint() {
    requireSound();
    use(
        () -> {
          try {
            db.compactRange(BEYOND_ALL_KEYS, BEYOND_ALL_KEYS);
            LevelDbDirectory.force(directory);
            return true;
          } catch (final DBException e) {
            failure = e;
            throw e;
          } catch (final IOException e) {
            // After a failed fsync the kernel may have dropped the pages: no second try.
            failure = new UncheckedIOException(e);
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public Path directory() {
    return directory;
  }

  /** Closes iterators that are still open, then the database; the journal keeps what it holds. */
  @Override
  public void close() {
    final Lock alone = life.writeLock();
    alone.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      openIterators.forEach(LevelDbIterator::free);
      openIterators.clear();
      db.close();
    } catch (final IOException e) {
      throw new DatabaseException("Closing the database " + directory + " failed", e);
    } finally {
      alone.unlock();
    }
  }

  /** Runs a native call while the database can't be closed. */
  <T extends @Nullable Object> T use(final Supplier<T> call) {
    final Lock shared = life.readLock();
    shared.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the database " + directory + " is closed");
      }
      return call.get();
    } catch (final DBException | UncheckedIOException e) {
      throw new DatabaseException("The database " + directory + " failed: " + e.getMessage(), e);
    } finally {
      shared.unlock();
    }
  }

  /** Takes an iterator off the list; it frees itself. */
  void release(final LevelDbIterator iterator) {
    final Lock shared = life.readLock();
    shared.lock();
    try {
      if (openIterators.remove(iterator)) {
        iterator.free();
      }
    } finally {
      shared.unlock();
    }
  }

  private void requireSound() {
    final RuntimeException first = failure;
    if (first != null) {
      throw new DatabaseException(
          "The database " + directory + " failed before and takes no more writes", first);
    }
  }

  private static ReadOptions checked() {
    return new ReadOptions().verifyChecksums(true);
  }

  private static byte[] beyondAllKeys() {
    final byte[] key = new byte[64];
    Arrays.fill(key, (byte) 0xff);
    return key;
  }
}
