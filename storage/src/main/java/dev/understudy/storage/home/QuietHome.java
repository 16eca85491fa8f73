package dev.understudy.storage.home;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A home held still to be looked at: all of its locks are held from {@link #hold} to {@link
 * #close}, its databases are opened as shadows, and nothing in them is changed. For one thread; the
 * stores may be read by any.
 *
 * <p>Where Understudy never worked on the home, its folder is gone again after {@link #close}.
 */
public final class QuietHome implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QuietHome.class);

  private final HomeLayout layout;
  private final boolean known;
  private final HomeLocks locks = new HomeLocks();
  private final Map<DatabaseId, KvStore> stores = new EnumMap<>(DatabaseId.class);

  private QuietHome(final HomeLayout layout) {
    this.layout = layout;
    this.known = Files.exists(layout.understudyDir());
  }

  /** Fails with HOME_IN_USE, nothing changed, when anybody has the home or a database open. */
  public static QuietHome hold(final HomeLayout layout) throws FailureException {
    final QuietHome home = new QuietHome(layout);
    boolean held = false;
    try {
      home.locks.acquire(layout);
      ConversionRecord.requireNoneSwitching(layout);
      held = true;
      return home;
    } finally {
      if (!held) {
        home.close();
      }
    }
  }

  /** Where the database lies now, under its final name before its working name; empty if none. */
  public Optional<Path> directory(final DatabaseId id) {
    if (Files.isDirectory(layout.database(id))) {
      return Optional.of(layout.database(id));
    }
    return Optional.of(layout.unsealedDatabase(id)).filter(Files::isDirectory);
  }

  /** The database to read from, opened at the first call; empty where there is none. */
  public Optional<KvStore> store(final DatabaseId id, final StoreFactory factory)
      throws FailureException {
    final Optional<Path> directory = directory(id);
    if (directory.isPresent() && !stores.containsKey(id)) {
      stores.put(id, factory.openShadow(directory.get(), layout.scratchDir()));
    }
    return Optional.ofNullable(stores.get(id));
  }

  /** Deletes the shadows, then lets go of the locks. Twice is harmless. */
  @Override
  public void close() throws FailureException {
    try {
      for (final KvStore store : stores.values()) {
        store.close();
      }
    } catch (final DatabaseException e) {
      throw new FailureException(
          FailureKind.DISK,
          "A shadow in " + layout.scratchDir() + " could not be closed: " + e.getMessage(),
          "Check free space and permissions; the folder may be deleted.",
          e);
    } finally {
      stores.clear();
      if (!known) {
        removeFolder();
      }
      locks.close();
    }
  }

  /** Our folder holds nothing but the lock and empty scratch; the lock is held until after. */
  private void removeFolder() {
    try {
      Files.deleteIfExists(layout.scratchDir());
      Files.deleteIfExists(layout.lockFile());
      Files.deleteIfExists(layout.understudyDir());
      if (Files.isDirectory(layout.home())) {
        DurableFiles.forceDirectory(layout.home());
      }
    } catch (final DirectoryNotEmptyException | NoSuchFileException e) {
      LOG.debug("the folder {} stays", layout.understudyDir(), e);
    } catch (final IOException e) {
      LOG.warn("the folder {} could not be deleted: {}", layout.understudyDir(), e.toString());
    }
  }
}
