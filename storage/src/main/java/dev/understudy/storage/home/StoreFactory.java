package dev.understudy.storage.home;

import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.leveldb.LevelDbDirectory;
import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.storage.kv.rocksdb.RocksDbDirectory;
import dev.understudy.storage.kv.rocksdb.RocksDbFlavour;
import dev.understudy.storage.kv.rocksdb.RocksDbStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Path;
import java.util.List;

/** What a backend must be able to do with a database's directory; the caller holds its lock. */
public interface StoreFactory {
  /** The backends that {@link #forBackend} knows. */
  List<String> KNOWN = List.of("goleveldb", "cleveldb", "rocksdb", "pebbledb");

  /** The backend's name in config.toml. */
  String backend();

  /** Opens or makes the database in a directory that is ours to change. */
  KvStore open(Path directory) throws FailureException;

  /** The same for one of a home's databases, with what its part in a sync needs. */
  default KvStore open(final DatabaseId id, final Path directory) throws FailureException {
    return open(directory);
  }

  /** Opens a database to look at it, the directory untouched. */
  KvStore openShadow(Path directory, Path scratch) throws FailureException;

  /** Prepares a directory that the node left, after {@link #openShadow} succeeded on it. */
  void adopt(Path directory) throws FailureException;

  /** Makes a closed directory fit for the node, on the disk; may be repeated. */
  void seal(Path directory) throws FailureException;

  /** Fails with CONFIGURATION for a backend that can't be written. */
  static StoreFactory forBackend(final String backend) throws FailureException {
    return switch (backend) {
      // LevelDB and goleveldb read each other's tables
      case "goleveldb", "cleveldb" -> new LevelDb(backend);
      case "rocksdb" -> new RocksDb(backend, RocksDbFlavour.ROCKSDB);
      case "pebbledb" -> new RocksDb(backend, RocksDbFlavour.PEBBLE);
      default ->
          throw new FailureException(
              FailureKind.CONFIGURATION,
              "db_backend " + backend + " can't be written",
              "Set db_backend in config.toml, on a new home, to one of "
                  + String.join(", ", KNOWN)
                  + " that your node is built with (goleveldb always is).");
    };
  }

  /** goleveldb's format through leveldbjni. */
  record LevelDb(String backend) implements StoreFactory {
    /** Most of what a sync writes goes into two of the databases. */
    private static final int LOADED_WRITE_BUFFER_BYTES = 24 << 20;

    @Override
    public KvStore open(final Path directory) throws FailureException {
      return LevelDbStore.open(directory);
    }

    @Override
    public KvStore open(final DatabaseId id, final Path directory) throws FailureException {
      return switch (id) {
        case BLOCKSTORE, TX_INDEX -> LevelDbStore.open(directory, LOADED_WRITE_BUFFER_BYTES);
        case STATE, EVIDENCE -> LevelDbStore.open(directory);
      };
    }

    @Override
    public KvStore openShadow(final Path directory, final Path scratch) throws FailureException {
      return LevelDbDirectory.openShadow(directory, scratch);
    }

    @Override
    public void adopt(final Path directory) throws FailureException {
      LevelDbDirectory.adopt(directory);
    }

    @Override
    public void seal(final Path directory) throws FailureException {
      LevelDbDirectory.seal(directory);
    }
  }

  /** RocksDB's format, or Pebble's, through rocksdbjni. */
  record RocksDb(String backend, RocksDbFlavour flavour) implements StoreFactory {
    @Override
    public KvStore open(final Path directory) throws FailureException {
      return RocksDbStore.open(directory, flavour);
    }

    @Override
    public KvStore openShadow(final Path directory, final Path scratch) throws FailureException {
      return RocksDbDirectory.openShadow(directory, scratch, flavour);
    }

    /** Nothing to prepare: the names of files are RocksDB's own. */
    @Override
    public void adopt(final Path directory) {}

    @Override
    public void seal(final Path directory) throws FailureException {
      RocksDbDirectory.seal(directory, flavour);
    }
  }
}
