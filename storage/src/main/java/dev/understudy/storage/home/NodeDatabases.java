package dev.understudy.storage.home;

import dev.understudy.storage.disk.DiskFailure;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The four databases of a home as one thing that is either ours (unsealed, under working names) or
 * the node's (sealed, under final names).
 *
 * <pre>
 *   open ──► stores open ◄──► stores closed (while an app boots) ──► sealed ──► closed
 *                 └──────────────► closed without seal ◄──┘
 * </pre>
 *
 * From {@link #open} to {@link #close} the home's lock is held, and until {@link #seal} or {@link
 * #close} every database's lock too. After a crash at any point {@link #open} again goes on: a
 * database under its final name is sound for the node, one under its working name is not yet.
 * Blocks that were set aside ({@link EmptyStore}) count again once the databases are open. For one
 * owner; the methods are not safe for concurrent calls, the stores are.
 */
public final class NodeDatabases implements AutoCloseable {
  private final HomeLayout layout;
  private final StoreFactory factory;
  private final FailPoints failPoints;
  private final Map<DatabaseId, KvStore> stores = new EnumMap<>(DatabaseId.class);
  private final HomeLocks locks = new HomeLocks();
  private final DatabaseNames names;
  private OptionalLong checkpoint = OptionalLong.empty();
  private boolean wereSealed;
  private boolean sealed;

  private NodeDatabases(
      final HomeLayout layout, final StoreFactory factory, final FailPoints failPoints) {
    this.layout = layout;
    this.factory = factory;
    this.failPoints = failPoints;
    this.names = new DatabaseNames(layout, failPoints);
  }

  /**
   * Locks the home for us but leaves the databases alone, closed and unlocked, until {@link
   * #reopen} takes them over. Refuses as {@link #open} does.
   */
  public static NodeDatabases reserve(final HomeLayout layout, final StoreFactory factory)
      throws FailureException {
    return reserve(layout, factory, FailPoints.NONE);
  }

  /** The same, with somebody who is told of every step. */
  public static NodeDatabases reserve(
      final HomeLayout layout, final StoreFactory factory, final FailPoints failPoints)
      throws FailureException {
    final NodeDatabases databases = new NodeDatabases(layout, factory, failPoints);
    databases.lockOrClose();
    return databases;
  }

  /**
   * The same for a home whose app is our child: one that a killed run left behind may hold a
   * database, and is ended as soon as nobody else can be using the home.
   */
  public static NodeDatabases reserve(
      final HomeLayout layout,
      final StoreFactory factory,
      final FailPoints failPoints,
      final LeftoverApp leftover)
      throws FailureException, InterruptedException {
    final NodeDatabases databases = new NodeDatabases(layout, factory, failPoints);
    boolean ended = false;
    try {
      if (Files.exists(layout.understudyDir())) {
        databases.locks.acquireHome(layout);
        leftover.end();
      }
      ended = true;
    } finally {
      if (!ended) {
        databases.close();
      }
    }
    databases.lockOrClose();
    return databases;
  }

  /** What a killed run may have left running on the home. */
  @FunctionalInterface
  public interface LeftoverApp {
    void end() throws FailureException, InterruptedException;
  }

  private void lockOrClose() throws FailureException {
    boolean reserved = false;
    try {
      lock();
      locks.releaseDatabases();
      reserved = true;
    } finally {
      if (!reserved) {
        close();
      }
    }
  }

  /**
   * Takes the home over: locks, recognises and renames, in this order, then opens. A home in use, a
   * damaged one and one where a node was started too early are refused with nothing changed.
   */
  public static NodeDatabases open(final HomeLayout layout, final StoreFactory factory)
      throws FailureException {
    final NodeDatabases databases = new NodeDatabases(layout, factory, FailPoints.NONE);
    boolean opened = false;
    try {
      databases.takeOver();
      databases.openStores();
      opened = true;
      return databases;
    } finally {
      if (!opened) {
        databases.close();
      }
    }
  }

  private void lock() throws FailureException {
    if (names.areFreed()) {
      locks.acquireHome(layout);
      names.moveStraysAway();
    }
    names.requireOneEach();
    locks.acquire(layout);
    ConversionRecord.requireNoneSwitching(layout);
    names.requireOneEach();
  }

  private void takeOver() throws FailureException {
    lock();
    final Optional<SealRecord> record = SealRecord.read(layout);
    requireSameBackend(record);
    final List<DatabaseId> left = names.underFinal();
    // a seal may have come as far as the last name but not to its record; a node may run on that
    final boolean whole =
        record.map(SealRecord::sealed).orElse(false)
            || (!left.isEmpty() && !HomeRepair.hasWorkingName(layout));
    wereSealed = wereSealed || whole;
    // what the node wrote since is in no checkpoint of ours: an older one must not be gone back to
    checkpoint =
        whole
            ? OptionalLong.empty()
            : record.map(SealRecord::checkpoint).orElse(OptionalLong.empty());
    for (final DatabaseId id : left) {
      factory.openShadow(layout.database(id), layout.scratchDir()).close();
    }
    for (final DatabaseId id : left) {
      factory.adopt(layout.database(id));
    }
    write(false);
    failPoints.reached(FailPoint.TAKE_OVER_RECORDED);
    names.toWorking(left);
    names.guard();
    failPoints.reached(FailPoint.GUARDED);
  }

  private void requireSameBackend(final Optional<SealRecord> record) throws FailureException {
    final String before = record.map(SealRecord::backend).orElse(factory.backend());
    if (!before.equals(factory.backend())) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          HomeLayout.configFile(layout.home())
              + ": db_backend is "
              + factory.backend()
              + ", but the databases of this home were written with "
              + before,
          "Set db_backend back to \""
              + before
              + "\", or change the home with 'understudy db convert --to "
              + factory.backend()
              + "'.");
    }
  }

  private void openStores() throws FailureException {
    for (final DatabaseId id : DatabaseId.values()) {
      final Path directory = layout.unsealedDatabase(id);
      locks.acquire(id, directory);
      stores.put(id, factory.open(id, directory));
      failPoints.reached(FailPoint.OPENED);
    }
    EmptyStore.putBack(layout, store(DatabaseId.BLOCKSTORE));
  }

  /** The open database; not to be closed by the caller, nor kept over {@link #closeStores}. */
  public KvStore store(final DatabaseId id) {
    final KvStore store = stores.get(id);
    if (store == null) {
      throw new IllegalStateException("the databases of " + layout.home() + " are closed");
    }
    return store;
  }

  /** Whether the home's node keeps no answers of the app but the last ones. */
  public boolean discardResults() {
    return layout.config().storage().discardAbciResponses();
  }

  /** Whether the home was fit for the node when it was taken over: sealed by us, or never ours. */
  public boolean wereSealed() {
    return wereSealed;
  }

  /**
   * Height of the last checkpoint since the databases were taken over. Empty before the first one:
   * they are as they were found then, and whole unless something else has damaged them.
   */
  public OptionalLong checkpointHeight() {
    return checkpoint;
  }

  /**
   * Makes everything written so far outlive a power cut, then records the height. Nobody may write
   * meanwhile: the four are forced one after the other. The answers journal starts anew after this.
   */
  public void checkpoint(final long height) throws FailureException {
    for (final DatabaseId id : DatabaseId.values()) {
      store(id).checkpoint();
      failPoints.reached(FailPoint.DATABASE_FORCED);
    }
    checkpoint = OptionalLong.of(height);
    write(false);
    failPoints.reached(FailPoint.CHECKPOINT_RECORDED);
  }

  /** Closes the databases for a while; names and locks stay. Closing twice is harmless. */
  public void closeStores() {
    DatabaseException first = null;
    for (final KvStore store : stores.values()) {
      try {
        store.close();
      } catch (final DatabaseException e) {
        first = first == null ? e : first;
      }
    }
    stores.clear();
    if (first != null) {
      throw first;
    }
  }

  /**
   * Closes the databases and frees their final names while an app of ours boots: some apps open the
   * node's databases then. {@link #reopen} moves what the app has made there out of the way, as
   * does the next run after a crash.
   */
  public void letAppBoot() throws FailureException {
    closeStores();
    names.free();
  }

  /** Opens the databases after {@link #reserve}, or again after {@link #closeStores}. */
  public void reopen() throws FailureException {
    if (sealed || !stores.isEmpty()) {
      throw new IllegalStateException("only closed, unsealed databases can be opened again");
    }
    takeOver();
    openStores();
  }

  /**
   * Closes the databases and gives them to the node: each made fit for it, all forced, then renamed
   * to their final names and unlocked. The home's lock stays until {@link #close}. After a failure
   * the home is unsealed still, and this or {@link #open} may be called again.
   */
  public void seal() throws FailureException {
    if (sealed) {
      return;
    }
    closeStores();
    failPoints.reached(FailPoint.DATABASES_CLOSED);
    names.requireOneEach();
    final List<DatabaseId> working = new ArrayList<>();
    for (final DatabaseId id : DatabaseId.values()) {
      // None there: an earlier try came as far as renaming it.
      if (Files.exists(layout.unsealedDatabase(id))) {
        factory.seal(layout.unsealedDatabase(id));
        working.add(id);
        failPoints.reached(FailPoint.DATABASE_SEALED);
      }
    }
    names.toFinal(working);
    failPoints.reached(FailPoint.NAMES_FORCED);
    write(true);
    failPoints.reached(FailPoint.SEAL_RECORDED);
    sealed = true;
    locks.releaseDatabases();
  }

  private void write(final boolean nowSealed) throws FailureException {
    try {
      new SealRecord(factory.backend(), nowSealed, checkpoint).write(layout);
    } catch (final IOException e) {
      throw DiskFailure.of("write " + layout.sealFile(), e);
    }
  }

  /** Closes what is open, without sealing, and lets go of every lock. Twice is harmless. */
  @Override
  public void close() {
    try {
      closeStores();
    } finally {
      names.guardAgain();
      locks.close();
    }
  }
}
