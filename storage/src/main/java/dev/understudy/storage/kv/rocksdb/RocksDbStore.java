package dev.understudy.storage.kv.rocksdb;

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
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactionOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A {@link KvStore} on a directory of RocksDB's or Pebble's.
 *
 * <p>{@link RocksDbDirectory#seal} makes a closed directory fit for the node; without it the node
 * would find the same keys, but in a journal. The caller holds both kinds of lock from before
 * opening until after closing; RocksDB's own is of fcntl's kind alone.
 */
public final class RocksDbStore implements KvStore {
  private final Path directory;
  private final RocksDbOptions options;
  private final RocksDB db;
  private final NativeLife life;

  private RocksDbStore(final Path directory, final RocksDbOptions options, final RocksDB db) {
    this.directory = directory;
    this.options = options;
    this.db = db;
    this.life = new NativeLife(directory);
  }

  /**
   * Opens the database, making it where there is none. Opening writes, so only a directory that is
   * ours to change may come here.
   */
  public static RocksDbStore open(final Path directory, final RocksDbFlavour flavour)
      throws FailureException {
    RocksDbNative.require();
    return open(directory, RocksDbOptions.forWriting(flavour));
  }

  /** Opens a database that is there, for {@link #settle} or, if it is a shadow, for a look. */
  static RocksDbStore openQuiet(final Path directory, final RocksDbFlavour flavour)
      throws FailureException {
    RocksDbNative.require();
    return open(directory, RocksDbOptions.withoutCompaction(flavour));
  }

  private static RocksDbStore open(final Path directory, final RocksDbOptions options)
      throws FailureException {
    RocksDbStore store = null;
    try {
      store =
          new RocksDbStore(
              directory, options, RocksDB.open(options.options(), directory.toString()));
      return store;
    } catch (final RocksDBException e) {
      throw openFailure(directory, e);
    } finally {
      if (store == null) {
        options.close();
      }
    }
  }

  private static FailureException openFailure(final Path directory, final RocksDBException e) {
    final String why = String.valueOf(e.getMessage());
    // RocksDB tells it in words only: "While lock file: …" or "lock hold by current process …".
    if (why.startsWith("While lock file") || why.startsWith("lock hold by current process")) {
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
    return use(() -> db.get(key));
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
          try (ReadOptions reading = new ReadOptions().setFillCache(false)) {
            final RocksDbIterator iterator =
                new RocksDbIterator(this, db.newIterator(reading), from, to, descending);
            life.opened(iterator);
            return iterator;
          }
        });
  }

  @Override
  public void write(final Batch batch, final boolean sync) {
    life.requireSound();
    use(
        () -> {
          try (WriteBatch changes = new WriteBatch();
              WriteOptions writing = new WriteOptions().setSync(sync)) {
            for (final Batch.Change change : batch.changes()) {
              add(changes, change);
            }
            db.write(writing, changes);
            return true;
          } catch (final RocksDBException e) {
            life.failed(e);
            throw e;
          }
        });
  }

  private static void add(final WriteBatch changes, final Batch.Change change)
      throws RocksDBException {
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
            flushNow();
            return true;
          } catch (final RocksDBException e) {
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

  private void flushNow() throws RocksDBException {
    try (FlushOptions flushing = new FlushOptions().setWaitForFlush(true)) {
      db.flush(flushing);
    }
  }

  /**
   * Empties the journal into tables, and the first level if it is so full that the node would begin
   * with compacting it. Only after {@link #openQuiet}: a compaction in the background would be in
   * the way.
   */
  void settle() {
    use(
        () -> {
          flushNow();
          final List<String> first =
              db.getLiveFilesMetaData().stream()
                  .filter(table -> table.level() == 0)
                  .map(LiveFileMetaData::fileName)
                  .toList();
          if (first.size() >= RocksDbOptions.compactFromTables()) {
            try (CompactionOptions compacting = new CompactionOptions()) {
              db.compactFiles(compacting, first, 1, -1, null);
            }
          }
          return true;
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
            db.closeE();
          } catch (final RocksDBException e) {
            throw new DatabaseException("Closing the database " + directory + " failed", e);
          } finally {
            options.close();
          }
        });
  }

  /** A native call. */
  @FunctionalInterface
  interface Call<T extends @Nullable Object> {
    T run() throws RocksDBException;
  }

  /** Runs a native call while the database can't be closed. */
  <T extends @Nullable Object> T use(final Call<T> call) {
    final Supplier<T> told =
        () -> {
          try {
            return call.run();
          } catch (final RocksDBException | UncheckedIOException e) {
            throw new DatabaseException(
                "The database " + directory + " failed: " + e.getMessage(), e);
          }
        };
    return life.use(told);
  }

  /** Frees an iterator, unless closing has done it. */
  void release(final RocksDbIterator iterator) {
    life.release(iterator);
  }
}
