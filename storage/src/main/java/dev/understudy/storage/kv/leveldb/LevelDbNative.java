package dev.understudy.storage.kv.leveldb;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import org.fusesource.leveldbjni.internal.NativeDB;

/** Loads leveldbjni's native library, or says which platform lacks it. */
final class LevelDbNative {
  private LevelDbNative() {}

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
}
