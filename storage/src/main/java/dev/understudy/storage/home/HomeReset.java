package dev.understudy.storage.home;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a home back to where its {@code init} left it, as the node's own unsafe-reset-all does, but
 * for one thing: {@code priv_validator_state.json} stays as it is. A validator whose sign state is
 * lowered can sign twice. Keys and configuration stay as well, and so do downloaded bundles.
 */
public final class HomeReset {
  private final HomeLayout layout;
  private final boolean keepAddressBook;

  public HomeReset(final HomeLayout layout, final boolean keepAddressBook) {
    this.layout = layout;
    this.keepAddressBook = keepAddressBook;
  }

  /** What {@link #run} deletes, to be shown beforehand; empty for a home that is new. */
  public List<Path> doomed() throws FailureException {
    requireDataInsideHome();
    final List<Path> doomed = new ArrayList<>();
    try {
      for (final Path entry : entries(layout.dataDir())) {
        if (!layout.privValidatorStateFile().startsWith(entry)
            && !layout.privValidatorKeyFile().startsWith(entry)) {
          doomed.add(entry);
        }
      }
      for (final Path entry : entries(layout.understudyDir())) {
        if (!entry.equals(layout.lockFile())
            && !entry.equals(layout.cacheDir())
            && !entry.equals(HomeLayout.snapshotCacheBeside(layout.cacheDir()))) {
          doomed.add(entry);
        }
      }
    } catch (final IOException e) {
      throw failure("look through", e);
    }
    if (!keepAddressBook && Files.exists(layout.addressBookFile())) {
      doomed.add(layout.addressBookFile());
    }
    return doomed;
  }

  /** Deletes it all, or nothing where the home or a database in it is in use. */
  public void run() throws FailureException {
    final List<Path> doomed = doomed();
    final List<DatabaseLock> appDatabases = new ArrayList<>();
    try (HomeLocks locks = new HomeLocks()) {
      locks.acquire(layout);
      locks.releaseDatabases();
      // the app's databases too: an app that runs has them open
      for (final Path entry : doomed) {
        if (Files.isRegularFile(entry.resolve("LOCK"))) {
          appDatabases.add(DatabaseLock.acquire(entry));
        }
      }
      for (final Path entry : doomed) {
        delete(entry);
      }
    } catch (final IOException e) {
      throw failure("delete what is in", e);
    } finally {
      appDatabases.forEach(DatabaseLock::close);
    }
  }

  private static void delete(final Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      DurableFiles.deleteTree(entry);
    } else {
      Files.deleteIfExists(entry);
    }
  }

  private static List<Path> entries(final Path directory) throws IOException {
    final List<Path> entries = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
        stream.forEach(entries::add);
      }
    }
    entries.sort(null);
    return entries;
  }

  private void requireDataInsideHome() throws FailureException {
    final Path home = layout.home().toAbsolutePath().normalize();
    final Path data = layout.dataDir().toAbsolutePath().normalize();
    if (data.equals(home) || !data.startsWith(home) || home.startsWith(data)) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "db_dir is %s, which is no folder of its own inside of the home".formatted(data),
          "Nothing was deleted. Empty that folder by hand if it holds nothing else.");
    }
  }

  private FailureException failure(final String what, final IOException e) {
    return new FailureException(
        FailureKind.DISK,
        "could not %s the home %s: %s".formatted(what, layout.home(), e),
        "Check owner and permissions, then run the same command again.",
        e);
  }
}
