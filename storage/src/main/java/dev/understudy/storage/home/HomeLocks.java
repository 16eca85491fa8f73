package dev.understudy.storage.home;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lock of a home and those of its databases, taken and released in the right order. */
final class HomeLocks implements AutoCloseable {
  private final Map<DatabaseId, DatabaseLock> databases = new EnumMap<>(DatabaseId.class);
  private @Nullable HomeLock home;

  /** Locks the home alone, which has our folder already. */
  void acquireHome(final HomeLayout layout) throws FailureException {
    if (home == null) {
      home = HomeLock.acquire(layout);
    }
  }

  /** Locks the home and every database that exists, under either name. */
  void acquire(final HomeLayout layout) throws FailureException {
    // In a home that we never worked on, a running node must be noticed before our folder is made.
    final boolean known = Files.exists(layout.understudyDir());
    if (!known) {
      acquireExisting(layout);
    }
    acquireHome(layout);
    if (known) {
      acquireExisting(layout);
    }
  }

  private void acquireExisting(final HomeLayout layout) throws FailureException {
    for (final DatabaseId id : DatabaseId.values()) {
      for (final Path directory : new Path[] {layout.database(id), layout.unsealedDatabase(id)}) {
        if (Files.isDirectory(directory)) {
          acquire(id, directory);
        }
      }
    }
  }

  /** Makes the directory where there is none; does nothing where the database is locked already. */
  void acquire(final DatabaseId id, final Path directory) throws FailureException {
    if (databases.containsKey(id)) {
      return;
    }
    try {
      Files.createDirectories(directory);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "The database " + directory + " can't be made: " + e,
          "Check free space, owner and permissions of the home.",
          e);
    }
    databases.put(id, DatabaseLock.acquire(directory));
  }

  void releaseDatabases() {
    databases.values().forEach(DatabaseLock::close);
    databases.clear();
  }

  @Override
  public void close() {
    releaseDatabases();
    if (home != null) {
      home.close();
      home = null;
    }
  }
}
