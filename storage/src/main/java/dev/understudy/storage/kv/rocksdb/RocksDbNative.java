package dev.understudy.storage.kv.rocksdb;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import org.rocksdb.RocksDB;

/** Loads RocksDB's native library, or says which platform lacks it. */
final class RocksDbNative {
  private RocksDbNative() {}

  static void require() throws FailureException {
    require(RocksDB::loadLibrary);
  }

  /** {@code load} runs each time; rocksdbjni itself loads once. */
  static void require(final Runnable load) throws FailureException {
    try {
      load.run();
    } catch (final LinkageError | RuntimeException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The RocksDB library can't be loaded on this platform ("
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + "): "
              + e.getMessage(),
          "db_backend rocksdb and pebbledb need Linux on x86-64 or arm64 (glibc or musl) and a"
              + " temporary folder that allows execution (-Djava.io.tmpdir=...). The choice left"
              + " is db_backend = \"goleveldb\" on a new home.",
          e);
    }
  }
}
