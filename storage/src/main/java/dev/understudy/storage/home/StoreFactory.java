package dev.understudy.storage.home;

import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.leveldb.LevelDbDirectory;
import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.storage.kv.leveldb.ShadowStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Path;

/** What a backend must be able to do with a database's directory; the caller holds its lock. */
public interface StoreFactory {

  /** The backend's name in config.toml. */
  String backend();

  /** Opens or makes the database in a directory that is ours to change. */
  KvStore open(Path directory) throws FailureException;

  /** Opens a database to look at it, the directory untouched. */
  KvStore openShadow(Path directory, Path scratch) throws FailureException;

  /** Prepares a directory that the node left, after {@link #openShadow} succeeded on it. */
  void adopt(Path directory) throws FailureException;

  /** Makes a closed directory fit for the node, on the disk; may be repeated. */
  void seal(Path directory) throws FailureException;

  /** Fails with CONFIGURATION for a backend that can't be written. */
  static StoreFactory forBackend(final String backend) throws FailureException {
    if (backend.equals("goleveldb")) {
      return new GoLevelDb();
    }
    throw new FailureException(
        FailureKind.CONFIGURATION,
        "db_backend " + backend + " can't be written",
        "Set db_backend = \"goleveldb\" in config.toml, on a new home; a home can't change its"
            + " backend.");
  }

  /** goleveldb's format through leveldbjni. */
  final class GoLevelDb implements StoreFactory {
    private GoLevelDb() {}

    @Override
    public String backend() {
      return "goleveldb";
    }

    @Override
    public KvStore open(final Path directory) throws FailureException {
      return LevelDbStore.open(directory);
    }

    @Override
    public KvStore openShadow(final Path directory, final Path scratch) throws FailureException {
      return ShadowStore.open(directory, scratch);
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
}
