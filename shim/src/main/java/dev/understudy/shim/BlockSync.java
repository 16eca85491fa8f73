package dev.understudy.shim;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.pipeline.BetweenBlocks;
import dev.understudy.shim.pipeline.JournalMode;
import dev.understudy.shim.pipeline.SyncProgress;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The main job: from an archive into an app and a home that the real node can take over. {@link
 * #run} works on the caller's thread; everything else may be called from any.
 *
 * <p>Order: look at the home, lock it, ask the archive, boot a child app with the databases closed,
 * connect, take the databases over, handshake, run, seal, stop the app. Where a child app stops for
 * an upgrade and cosmovisor has the binary for it, all from the boot to the seal is done again.
 */
public final class BlockSync {
  private final SyncConfig config;
  private final Vertx vertx;
  private final FailPoints failPoints;
  private final RunSeries runs;
  private final AppRuns apps;
  private volatile @Nullable BundleSource source;
  private volatile @Nullable SyncReport report;
  private volatile boolean ended;

  /** The caller owns {@code vertx}. */
  public BlockSync(final SyncConfig config, final Vertx vertx) {
    this(config, vertx, FailPoints.NONE);
  }

  /** With somebody who is told of every step of the write order. */
  public BlockSync(final SyncConfig config, final Vertx vertx, final FailPoints failPoints) {
    this(config, vertx, failPoints, BetweenBlocks.NOTHING);
  }

  /** With somebody who does something between two blocks. */
  public BlockSync(
      final SyncConfig config,
      final Vertx vertx,
      final FailPoints failPoints,
      final BetweenBlocks between) {
    this.config = config;
    this.vertx = vertx;
    this.failPoints = failPoints;
    this.runs = new RunSeries(config.line());
    this.apps =
        new AppRuns(config, vertx, runs, new RunToTarget(config, runs, failPoints, between));
  }

  /** What has been done so far. */
  public SyncProgress progress() {
    return runs.progress();
  }

  /** What the archive's client has done so far; empty before it is asked the first time. */
  public Optional<SourceMetrics> sourceMetrics() {
    return Optional.ofNullable(source).map(BundleSource::metrics);
  }

  /** The app's busy and idle time since the handshake; nothing before, and kept after the end. */
  public BusyTime.Sample appTimes() {
    return runs.appTimes();
  }

  /** What {@link #run} returned; empty while it works and when it threw. */
  public Optional<SyncReport> report() {
    return Optional.ofNullable(report);
  }

  /** The stores of the run for reading; empty before its first block and from its end on. */
  public Optional<OpenChain> openChain() {
    return runs.openChain();
  }

  /**
   * The app of the run, whose calls of snapshots may be made from any thread; empty when {@link
   * #openChain} is.
   */
  public Optional<AbciClient> openApp() {
    return runs.openApp();
  }

  /** True while blocks are executed. */
  public boolean isRunning() {
    return runs.isRunning();
  }

  /** True once {@link #run} returned or threw. */
  public boolean hasEnded() {
    return ended;
  }

  /**
   * Ends the run after the block in work, or the wait for an app that boots or begins its chain;
   * {@link #run} then returns or throws.
   */
  public void requestStop() {
    runs.requestStop();
  }

  /** Does the whole job. The home is sealed when this returns. */
  public SyncReport run() throws FailureException, InterruptedException {
    try {
      final SyncReport done = work();
      report = done;
      return done;
    } finally {
      ended = true;
    }
  }

  private SyncReport work() throws FailureException, InterruptedException {
    final long began = System.nanoTime();
    final HomeLayout layout = HomeLayout.read(config.home(), config.dbBackend());
    final GenesisDoc genesis = GenesisFile.read(layout, config.line());
    final StoreFactory factory = StoreFactory.forBackend(layout.backend(config.line()));
    // the home comes first: one that is in use is refused before the cache puts a file into it
    try (HeldHome home = HeldHome.reserve(layout, factory, failPoints, config.app());
        BundleSource bundles = KyveBundleSource.open(vertx, config.source())) {
      requireWholeApp(layout);
      source = bundles;
      final PoolInfo pool = bundles.pool();
      final BlockRuntime runtime = BlockPool.runtimeOf(pool);
      requireFitting(config.pipeline().journal(), runtime);
      try {
        return apps.run(new SyncJob(home, genesis, bundles, pool, runtime, began));
      } catch (final DamagedRecordException e) {
        final FailureException told = damaged(layout, e);
        giveBack(home.databases(), told);
        throw told;
      } catch (final FailureException e) {
        giveBack(home.databases(), e);
        throw e;
      }
    } finally {
      runs.end();
    }
  }

  /** An app with a part of a snapshot looks new to whoever asks it. */
  private static void requireWholeApp(final HomeLayout layout) throws FailureException {
    final Optional<RestoreMark> mark = RestoreMark.read(layout);
    if (mark.isPresent()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "a restore of the snapshot of height %d was begun here and is not finished"
              .formatted(mark.get().height()),
          "Run the state-sync again; or empty the home with 'understudy reset-all' to begin with"
              + " blocks.");
    }
  }

  private static FailureException damaged(final HomeLayout layout, final DamagedRecordException e) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "the home %s is damaged: %s".formatted(layout.home(), e.getMessage()),
        "Keep the home for a diagnosis and check the disk; restore home and app from the same"
            + " moment, or sync both anew.",
        e);
  }

  /** A sealed home that no run came to work on, for want of a fitting app, stays the node's. */
  private void giveBack(final NodeDatabases databases, final FailureException cause) {
    if (runs.isRunning() || !databases.wereSealed() || cause.kind() == FailureKind.DISK) {
      return;
    }
    try {
      databases.seal();
    } catch (final FailureException e) {
      cause.addSuppressed(e);
    }
  }

  /** What a lazy journal loses must be there in the archive. */
  private void requireFitting(final JournalMode journal, final BlockRuntime runtime)
      throws FailureException {
    if (journal == JournalMode.SYNCED) {
      return;
    }
    if (!runtime.hasResults()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--journal lazy needs an archive with block results, and this pool's runtime is "
              + runtime.poolName(),
          "Take a pool with the runtime %s, or leave the flag away."
              .formatted(BlockRuntime.TENDERMINT.poolName()));
    }
    if (config.line().blockExecution() != EngineLine.BlockExecution.FINALIZE_BLOCK) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--journal lazy needs an app with FinalizeBlock, which %s has not"
              .formatted(config.line().software()),
          "Leave the flag away.");
    }
  }
}
