package dev.understudy.storage.kv.leveldb;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.storage.kv.DatabaseFiles;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.NativeLife;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;
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
  // A database takes the cache of blocks and two write buffers, one filling, one on its way into a
  // table; four such tables are mapped into memory as a whole when they are compacted.
  private static final int WRITE_BUFFER_BYTES = 8 << 20;
  private static final long BLOCK_CACHE_BYTES = 16L << 20;
  // Four databases stay well below the 1024 descriptors of a default shell. Open tables are mapped
  // into memory, 2 MiB each, and compaction reads them through.
  private static final int MAX_OPEN_TABLES = 40;

  private final Path directory;
  private final DB db;
  private final NativeLife life;

  private LevelDbStore(final Path directory, final DB db) {
    this.directory = directory;
    this.db = db;
    this.life = new NativeLife(directory);
  }

  /**
   * Opens the database, making it where there is none. Opening writes: it turns the journal into
   * tables and starts a new MANIFEST, so only a directory that is ours to change may come here.
   */
  public static LevelDbStore open(final Path directory) throws FailureException {
    return open(directory, WRITE_BUFFER_BYTES);
  }

  /** As above, with this size of each write buffer: the larger, the less is compacted again. */
  public static LevelDbStore open(final Path directory, final int writeBufferBytes)
      throws FailureException {
    LevelDbNative.require();
    final Options options =
        new Options()
            .createIfMissing(true)
            .compressionType(CompressionType.SNAPPY)
            .writeBufferSize(writeBufferBytes)
            .cacheSize(BLOCK_CACHE_BYTES)
            .maxOpenFiles(MAX_OPEN_TABLES);
    try {
      return new LevelDbStore(directory, LevelDbNative.open(directory, options));
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
          life.opened(iterator);
          return iterator;
        });
  }

  @Override
  public void write(final Batch batch, final boolean sync) {
    life.requireSound();
    use(
        () -> {
          try (WriteBatch changes = db.createWriteBatch()) {
            for (final Batch.Change change : batch.changes()) {
              add(changes, change);
            }
            db.write(changes, new WriteOptions().sync(sync));
            return true;
          } catch (final DBException e) {
            life.failed(e);
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
  public void flush() {
    life.requireSound();
    use(
        () -> {
          try {
            LevelDbNative.flush(db);
            return true;
          } catch (final DBException e) {
            life.failed(e);
            throw e;
          }
        });
  }

  @Override
  public void checkpoint() {
    flush();
    use(
        () -> {
          try {
            DatabaseFiles.force(directory);
            return true;
          } catch (final IOException e) {
            // After a failed fsync the kernel may have dropped the pages: no second try.
            life.failed(e);
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
    life.end(
        () -> {
          try {
            db.close();
          } catch (final IOException e) {
            throw new DatabaseException("Closing the database " + directory + " failed", e);
          }
        });
  }

  /** Runs a native call while the database can't be closed. */
  <T extends @Nullable Object> T use(final Supplier<T> call) {
    try {
      return life.use(call);
    } catch (final DBException | UncheckedIOException e) {
      throw new DatabaseException("The database " + directory + " failed: " + e.getMessage(), e);
    }
  }

  /** Frees an iterator, unless closing has done it. */
  void release(final LevelDbIterator iterator) {
    life.release(iterator);
  }

  private static ReadOptions checked() {
    return new ReadOptions().verifyChecksums(true);
  }
}
