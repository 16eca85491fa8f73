package dev.understudy.shim;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.pipeline.SnapshotHome;
import dev.understudy.shim.snapshot.ProvenSnapshot;
import dev.understudy.shim.snapshot.RestoreProgress;
import dev.understudy.shim.snapshot.SnapshotCatalog;
import dev.understudy.shim.snapshot.SnapshotSearch;
import dev.understudy.shim.snapshot.TrustFinding;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.types.AppInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.State;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a snapshot in an archive into an app, and into a home that the real node goes on with.
 * {@link #run} works on the caller's thread; everything else may be called from any.
 *
 * <p>Order: look at the home, lock it, find and prove the snapshot, boot a child app, offer, apply,
 * compare, write the home, seal. Until the last chunk is applied only the mark of the restore is
 * written; a run that was killed before the seal goes on where the app is, or says that the app
 * must be emptied.
 */
public final class StateSync {
  private static final Logger LOG = LoggerFactory.getLogger(StateSync.class);

  /** What the home's databases take after a snapshot; generously. */
  private static final long HOME_BYTES = 64L << 20;

  private final StateSyncConfig config;
  private final Vertx vertx;
  private final FailPoints failPoints;
  private final RestoreProgress progress = new RestoreProgress();

  /** The caller owns {@code vertx}. */
  public StateSync(final StateSyncConfig config, final Vertx vertx) {
    this(config, vertx, FailPoints.NONE);
  }

  /** With somebody who is told of every step of the write order. */
  public StateSync(final StateSyncConfig config, final Vertx vertx, final FailPoints failPoints) {
    this.config = config;
    this.vertx = vertx;
    this.failPoints = failPoints;
  }

  /** What has been applied so far. */
  public RestoreProgress progress() {
    return progress;
  }

  /** Ends the run before the next chunk; {@link #run} then throws. */
  public void requestStop() {
    progress.requestStop();
  }

  /**
   * The pool's snapshots from the newest to the oldest, so many at most; the home stays as it is.
   */
  public List<SnapshotCatalog.Listed> list(final int most)
      throws FailureException, InterruptedException {
    try (BundleSource snapshots = KyveBundleSource.open(vertx, config.snapshots())) {
      BlockPool.requireSnapshots(snapshots.pool());
      return new SnapshotCatalog(snapshots).newest(most);
    }
  }

  /** The snapshot that {@link #run} would take; empty if there is none. Nothing is proven yet. */
  Optional<SnapshotCatalog.Listed> candidate() throws FailureException, InterruptedException {
    try (BundleSource snapshots = KyveBundleSource.open(vertx, config.snapshots())) {
      BlockPool.requireSnapshots(snapshots.pool());
      return new SnapshotCatalog(snapshots).newestAtOrBelow(config.target().orElse(Long.MAX_VALUE));
    }
  }

  /** Does the whole job. The home is sealed when this returns. */
  public StateSyncReport run() throws FailureException, InterruptedException {
    final long began = System.nanoTime();
    final HomeLayout layout = HomeLayout.read(config.home(), config.dbBackend());
    final GenesisDoc genesis = GenesisFile.read(layout, config.line());
    final StoreFactory factory = StoreFactory.forBackend(layout.backend(config.line()));
    if (config.line().wrapsBlobs()) {
      // its state has the app's timeouts, which archived ones lack, and an offer the app's version
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "snapshots of engine line %s can't be restored yet".formatted(config.line().label()),
          "Sync by blocks: block-sync, or height-sync --from-genesis.");
    }
    requireNew(layout);
    try (HeldHome home = HeldHome.reserve(layout, factory, failPoints, config.app());
        BundleSource blocks = KyveBundleSource.open(vertx, config.blocks());
        BundleSource snapshots = KyveBundleSource.open(vertx, config.snapshots())) {
      BlockPool.requireSnapshots(snapshots.pool());
      final SnapshotSearch search =
          new SnapshotSearch(
              config.line(), genesis, blocks, BlockPool.runtimeOf(blocks.pool()), snapshots);
      final SnapshotSearch.Found found = search.newest(config.target());
      LOG.info("proving the snapshot of height {}", found.height());
      final ProvenSnapshot proven = search.prove(found);
      final TrustFinding trust = search.trust(found, proven, config.anchor());
      requireRoom(layout, found);
      progress.requireRunning();
      final Job job = new Job(home, genesis, search, found, proven);
      final boolean restored = withApp(job);
      return new StateSyncReport(
          genesis.chainId(),
          proven.height(),
          proven.block().id().hash(),
          proven.state().appHash(),
          trust.anchor(),
          trust.words(),
          proven.proven(),
          proven.unproven(),
          progress.chunksApplied(),
          progress.bytesApplied(),
          restored,
          Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private record Job(
      HeldHome home,
      GenesisDoc genesis,
      SnapshotSearch search,
      SnapshotSearch.Found found,
      ProvenSnapshot proven) {}

  /** A home that has a state is not for a snapshot; looked at without changing anything. */
  private void requireNew(final HomeLayout layout) throws FailureException {
    final Optional<State> state = HomeState.read(layout, config.line());
    final long height = state.map(State::lastBlockHeight).orElse(0L);
    if (height > 0 && RestoreMark.read(layout).filter(mark -> mark.height() == height).isEmpty()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "this home is at height %d already, and a snapshot needs a new one".formatted(height),
          "Go on from there with block-sync, or empty the home with 'understudy reset-all' (or"
              + " --reset-all). Nothing was changed.");
    }
  }

  /** The chunks lie on the disk as bundles, and in the app as what it makes of them. */
  private void requireRoom(final HomeLayout layout, final SnapshotSearch.Found found)
      throws FailureException {
    final long ahead = Math.min(found.roughBytes(), config.snapshots().limits().budgetBytes());
    FreeSpaceGuard.of(layout.dataDir(), config.diskReserveBytes())
        .requireRoomFor(Math.addExact(found.roughBytes(), ahead) + HOME_BYTES);
  }

  private boolean withApp(final Job job) throws FailureException, InterruptedException {
    if (config.app() instanceof SyncConfig.Child) {
      job.home.databases().letAppBoot();
    }
    return new AppSession(config.app(), job.home.layout(), config.line(), config.appAnswersWithin())
        .use(client -> sync(job, client));
  }

  private boolean sync(final Job job, final AbciClient app)
      throws FailureException, InterruptedException {
    final ProvenSnapshot proven = job.proven;
    final HomeLayout layout = job.home.layout();
    final boolean due = restoreIsDue(job, app.info());
    // from here on a node that is started too early finds guards instead of an empty home
    job.home.databases().reopen();
    if (due) {
      job.search.restore(
          job.found,
          proven,
          app,
          progress,
          () -> new RestoreMark(proven.height(), proven.block().id().hash()).write(layout));
      requireRestored(proven, app.info());
    }
    new SnapshotHome(config.line(), job.genesis, layout, job.home.databases(), failPoints)
        .write(proven.state(), proven.block().block(), proven.block().parts(), proven.seenCommit());
    RestoreMark.remove(layout);
    LOG.info("home sealed at height {}", proven.height());
    return due;
  }

  /** False where an earlier run came as far as the last chunk. */
  private boolean restoreIsDue(final Job job, final AppInfo info) throws FailureException {
    final ProvenSnapshot proven = job.proven;
    final Optional<RestoreMark> mark = RestoreMark.read(job.home.layout());
    if (info.lastBlockHeight() == 0) {
      if (mark.isPresent()) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "an earlier restore of height %d was broken off: what the app has of it is nobody's"
                .formatted(mark.get().height()),
            "Empty the home with 'understudy reset-all' (or give --reset-all; a separate app must"
                + " be emptied by hand), then run the same command again.");
      }
      return true;
    }
    final boolean same =
        mark.filter(m -> m.height() == proven.height())
            .filter(m -> m.blockHash().equals(proven.block().id().hash()))
            .isPresent();
    if (!same || info.lastBlockHeight() != proven.height()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the app is at height %d already%s; the snapshot is of height %d"
              .formatted(
                  info.lastBlockHeight(),
                  mark.map(m -> " (a restore of height " + m.height() + " was begun here)")
                      .orElse(""),
                  proven.height()),
          mark.isPresent()
              ? "Say --target-height %d to go on with that one.".formatted(mark.get().height())
              : "Point --home at a new home, or empty this one with 'understudy reset-all'.");
    }
    requireRestored(proven, info);
    LOG.info("the app has the snapshot of height {} already", proven.height());
    return false;
  }

  /** As the node does after its own state sync (statesync/syncer.go: verifyApp). */
  private static void requireRestored(final ProvenSnapshot proven, final AppInfo info)
      throws FailureException {
    requireSame(proven, "height", proven.height(), info.lastBlockHeight());
    requireSame(proven, "app hash", proven.state().appHash(), info.lastBlockAppHash());
    requireSame(proven, "app version", proven.state().version().app(), info.appVersion());
  }

  private static void requireSame(
      final ProvenSnapshot proven, final String what, final Object expected, final Object found)
      throws FailureException {
    if (!expected.equals(found)) {
      throw new FailureException(
          FailureKind.APP,
          "after the restore of height %d the app's %s is %s, proven is %s"
              .formatted(proven.height(), what, found, expected),
          "The app's version must be the one that the chain ran at that height. Empty the home with"
              + " 'understudy reset-all' before another try; if it happens again, the archived"
              + " chunks are not those of this chain: take another snapshot with --target-height.");
    }
  }
}
