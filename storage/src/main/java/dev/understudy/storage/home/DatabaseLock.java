package dev.understudy.storage.home;

import dev.understudy.types.FailureException;
import java.nio.file.Path;

/**
 * The lock on one database's directory that every kind of node respects: its file {@code LOCK},
 * under flock (goleveldb) and fcntl (the others).
 *
 * <p>Take it before opening the database, close it after, and last of all: leveldbjni takes and
 * drops fcntl by itself in between, flock stays. The lock follows the directory through a rename.
 */
public final class DatabaseLock implements AutoCloseable {
  private final ExclusiveLock lock;

  private DatabaseLock(final ExclusiveLock lock) {
    this.lock = lock;
  }

  /** Fails with HOME_IN_USE, the database untouched, when anybody holds either lock. */
  public static DatabaseLock acquire(final Path database) throws FailureException {
    return new DatabaseLock(
        ExclusiveLock.acquire(database.resolve("LOCK"), "The database " + database));
  }

  /** Closing twice is harmless. */
  @Override
  public void close() {
    lock.close();
  }
}
