package dev.understudy.storage.kv.leveldb;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.fusesource.leveldbjni.JniDBFactory;
import org.fusesource.leveldbjni.internal.NativeDB;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBException;
import org.iq80.leveldb.Options;

/** What is the same for all databases: leveldbjni's native library and LevelDB's own thread. */
final class LevelDbNative {
  // Above every key a node writes (the longest raw ones are 32-byte hashes), so that a compaction
  // "of" it finds no table and does nothing but flush.
  private static final byte[] BEYOND_ALL_KEYS = beyondAllKeys();

  private static boolean compacting;

  private LevelDbNative() {}

  /** Loads the library, or says which platform lacks it. */
  static void require() throws FailureException {
    require(() -> NativeDB.LIBRARY.load());
  }

  /** {@code load} runs each time; leveldbjni itself loads once. */
  static void require(final Runnable load) throws FailureException {
    try {
      load.run();
    } catch (final LinkageError e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The LevelDB library can't be loaded on this platform ("
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + "): "
              + e.getMessage(),
          "db_backend goleveldb and cleveldb need Linux on x86-64 or arm64 with glibc, and a"
              + " temporary folder that allows execution (-Djava.io.tmpdir=...). The choice left is"
              + " db_backend = \"pebbledb\" or \"rocksdb\" on a new home, if the node has it.",
          e);
    }
  }

  /**
   * Opens a database. LevelDB compacts all databases of a process on one thread; it makes that when
   * there is something to compact for the first time, with the priority of the thread on which this
   * happens. So the first database is opened, and given something to do, on a thread of low
   * priority: what compaction takes of the processors is not to be the app's.
   */
  static synchronized DB open(final Path directory, final Options options) throws IOException {
    if (compacting) {
      return JniDBFactory.factory.open(directory.toFile(), options);
    }
    try {
      final DB first =
          CompletableFuture.supplyAsync(() -> openFirst(directory, options), LevelDbNative::behind)
              .join();
      compacting = true;
      return first;
    } catch (final CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      if (e.getCause() instanceof DBException known) {
        throw known;
      }
      throw e;
    }
  }

  private static DB openFirst(final Path directory, final Options options) {
    try {
      final DB db = JniDBFactory.factory.open(directory.toFile(), options);
      boolean begun = false;
      try {
        flush(db);
        begun = true;
        return db;
      } finally {
        if (!begun) {
          db.close();
        }
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing relies
  private static void behind(final Runnable task) {
    final Thread thread = new Thread(task, "understudy-leveldb");
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.start();
  }

  /** Turns what was written into a table. */
  static void flush(final DB db) {
    db.compactRange(BEYOND_ALL_KEYS, BEYOND_ALL_KEYS);
  }

  private static byte[] beyondAllKeys() {
    final byte[] key = new byte[64];
    Arrays.fill(key, (byte) 0xff);
    return key;
  }
}
