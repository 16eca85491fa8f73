package dev.understudy.storage.home;

import dev.understudy.storage.disk.DiskFailure;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names under which a home's databases lie: final ones, which a node opens, or working ones,
 * with {@link NameGuards} on the final ones meanwhile. While an app of ours boots the final names
 * are free. For the one who holds the home's lock; not safe for concurrent calls.
 */
final class DatabaseNames {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseNames.class);

  private final HomeLayout layout;
  private final FailPoints failPoints;
  private final NameGuards guards;
  private boolean freed;

  DatabaseNames(final HomeLayout layout, final FailPoints failPoints) {
    this.layout = layout;
    this.failPoints = failPoints;
    this.guards = new NameGuards(layout);
  }

  /** Refuses a home where something made a database beside one of ours. */
  void requireOneEach() throws FailureException {
    for (final DatabaseId id : DatabaseId.values()) {
      final Path fresh = layout.database(id);
      final Path working = layout.unsealedDatabase(id);
      if (isTaken(fresh) && Files.exists(working)) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "The home has both "
                + fresh
                + " and "
                + working
                + ": something opened "
                + id.id()
                + " before the home was sealed and made a new one",
            "Stop that node or app, move "
                + fresh
                + " away (the chain's data is in "
                + working.getFileName()
                + "), and run the same command again. Nothing was changed.");
      }
    }
  }

  /** The databases that lie where a node opens them. */
  List<DatabaseId> underFinal() throws FailureException {
    final List<DatabaseId> found = new ArrayList<>();
    for (final DatabaseId id : DatabaseId.values()) {
      if (isTaken(layout.database(id))) {
        found.add(id);
      }
    }
    return found;
  }

  private boolean isTaken(final Path name) throws FailureException {
    try {
      return Files.exists(name) && !NameGuards.isGuard(name);
    } catch (final IOException e) {
      throw DiskFailure.of("read " + name, e);
    }
  }

  /** Takes them from the node. */
  void toWorking(final List<DatabaseId> ids) throws FailureException {
    rename(ids, true);
  }

  /** Gives them to the node; durable when this returns. */
  void toFinal(final List<DatabaseId> ids) throws FailureException {
    rename(ids, false);
  }

  private void rename(final List<DatabaseId> ids, final boolean toWorking) throws FailureException {
    try {
      for (final DatabaseId id : ids) {
        final Path fresh = layout.database(id);
        final Path working = layout.unsealedDatabase(id);
        if (!toWorking) {
          NameGuards.remove(fresh);
          failPoints.reached(FailPoint.GUARD_REMOVED);
        }
        Files.move(
            toWorking ? fresh : working,
            toWorking ? working : fresh,
            StandardCopyOption.ATOMIC_MOVE);
        failPoints.reached(toWorking ? FailPoint.RENAMED_TO_WORKING : FailPoint.RENAMED_TO_FINAL);
      }
      DurableFiles.forceDirectory(layout.dataDir());
    } catch (final IOException e) {
      throw DiskFailure.of("rename the databases in " + layout.dataDir(), e);
    }
  }

  /** Keeps nodes off the final names from now on. */
  void guard() throws FailureException {
    try {
      guards.put();
      freed = false;
    } catch (final IOException e) {
      requireOneEach();
      throw DiskFailure.of("guard the names of the databases in " + layout.dataDir(), e);
    }
    requireOneEach();
  }

  /** Frees the final names for an app that boots, until {@link #guard} or {@link #guardAgain}. */
  void free() throws FailureException {
    freed = true;
    try {
      guards.lift(underFinal().isEmpty() && !HomeRepair.hasWorkingName(layout));
    } catch (final IOException e) {
      throw DiskFailure.of("free the names of the databases in " + layout.dataDir(), e);
    }
  }

  /** Whether they were freed and not guarded again: by us, or by an Understudy that was killed. */
  boolean areFreed() {
    return guards.areLifted();
  }

  /** What an app made under the names that were freed for it goes into our folder. */
  void moveStraysAway() throws FailureException {
    for (final DatabaseId id : DatabaseId.values()) {
      final Path stray = layout.database(id);
      if (!isTaken(stray)
          || !(Files.exists(layout.unsealedDatabase(id)) || guards.areLiftedOnFreshHome())) {
        continue;
      }
      // held by a node that was started meanwhile, and then not ours to move
      DatabaseLock.acquire(stray).close();
      final Path away =
          layout
              .understudyDir()
              .resolve("stray-" + stray.getFileName() + "-" + System.currentTimeMillis());
      try {
        Files.move(stray, away, StandardCopyOption.ATOMIC_MOVE);
      } catch (final IOException e) {
        throw DiskFailure.of("move " + stray + " away, which the app made while it booted", e);
      }
    }
  }

  /** An app that did not boot leaves the names unguarded, but not for longer than that. */
  void guardAgain() {
    if (!freed) {
      return;
    }
    freed = false;
    try {
      moveStraysAway();
      if (HomeRepair.hasWorkingName(layout)) {
        guards.put();
      } else {
        guards.forgetLift();
      }
    } catch (final FailureException | IOException e) {
      LOG.warn("The names of the databases could not be guarded again: {}", e.toString());
    }
  }
}
