package dev.understudy.shim;

import dev.understudy.handoff.process.UpgradeNotice;
import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.socket.AbciAddress;
import dev.understudy.shim.abci.socket.BusyTime;
import dev.understudy.shim.abci.socket.ConnectGate;
import dev.understudy.shim.abci.socket.ConnectionSettings;
import dev.understudy.shim.app.AppIdentity;
import dev.understudy.shim.app.AppLaunch;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.app.AppUpgrade;
import dev.understudy.shim.app.ChildApp;
import dev.understudy.shim.pipeline.AppPresence;
import dev.understudy.shim.pipeline.SyncProgress;
import dev.understudy.shim.pipeline.SyncRun;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.State;
import dev.understudy.types.json.BlockRuntime;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main job: from an archive into an app and a home that the real node can take over. {@link
 * #run} works on the caller's thread; everything else may be called from any.
 *
 * <p>Order: look at the home, lock it, ask the archive, boot a child app with the databases closed,
 * connect, take the databases over, handshake, run, seal, stop the app. Where a child app stops for
 * an upgrade and cosmovisor has the binary for it, all from the boot to the seal is done again.
 */
public final class BlockSync {
  private static final Logger LOG = LoggerFactory.getLogger(BlockSync.class);

  private final SyncConfig config;
  private final Vertx vertx;
  private final SyncProgress progress = new SyncProgress();
  private volatile BusyTime.Sample timesBefore = new BusyTime.Sample(0, 0);
  private volatile @Nullable SyncRun current;
  private volatile @Nullable SyncRun latest;
  private volatile @Nullable OpenRun open;
  private volatile @Nullable BundleSource source;
  private volatile @Nullable SyncReport report;
  private volatile boolean ended;
  private final Object stopping = new Object();
  private volatile boolean stopRequested;
  private @Nullable Thread waitsForBoot;
  private OptionalLong firstHeight = OptionalLong.empty();

  /** The caller owns {@code vertx}. */
  public BlockSync(final SyncConfig config, final Vertx vertx) {
    this.config = config;
    this.vertx = vertx;
  }

  /** What has been done so far. */
  public SyncProgress progress() {
    return progress;
  }

  /** What the archive's client has done so far; empty before it is asked the first time. */
  public Optional<SourceMetrics> sourceMetrics() {
    return Optional.ofNullable(source).map(BundleSource::metrics);
  }

  /** The app's busy and idle time since the handshake; nothing before, and kept after the end. */
  public BusyTime.Sample appTimes() {
    final SyncRun run = latest;
    return run == null ? timesBefore : timesBefore.plus(run.appTimes());
  }

  /** What {@link #run} returned; empty while it works and when it threw. */
  public Optional<SyncReport> report() {
    return Optional.ofNullable(report);
  }

  /** The stores of the run for reading; empty before its first block and from its end on. */
  public Optional<OpenChain> openChain() {
    return Optional.ofNullable(open).map(this::openChain);
  }

  private OpenChain openChain(final OpenRun opened) {
    final SyncRun run = opened.run();
    return new OpenChain(
        config.line(),
        opened.genesis(),
        run.blocks(),
        run.states(),
        Math.max(run.startHeight(), progress.storedHeight()),
        run.startAppVersion(),
        /* catchingUp= */ true);
  }

  /** True while blocks are executed. */
  public boolean isRunning() {
    return current != null;
  }

  /** True once {@link #run} returned or threw. */
  public boolean hasEnded() {
    return ended;
  }

  /**
   * Ends the run after the block in work, or the wait for an app that boots; {@link #run} then
   * returns or throws.
   */
  public void requestStop() {
    synchronized (stopping) {
      stopRequested = true;
      if (waitsForBoot != null) {
        waitsForBoot.interrupt();
      }
    }
    final SyncRun run = current;
    if (run != null) {
      run.requestStop();
    }
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
    final HomeLayout layout = HomeLayout.read(config.home());
    final GenesisDoc genesis = GenesisFile.read(layout, config.line());
    final StoreFactory factory = StoreFactory.forBackend(layout.config().base().dbBackend());
    // the home comes first: one that is in use is refused before the cache puts a file into it
    try (HeldHome home = HeldHome.reserve(layout, factory);
        BundleSource bundles = KyveBundleSource.open(vertx, config.source())) {
      source = bundles;
      final PoolInfo pool = bundles.pool();
      final BlockRuntime runtime = blockRuntime(pool);
      try {
        return withApp(new Job(home, genesis, bundles, pool, runtime, began));
      } catch (final FailureException e) {
        giveBack(home.databases(), e);
        throw e;
      }
    } finally {
      current = null;
    }
  }

  /** A sealed home that no run came to work on, for want of a fitting app, stays the node's. */
  private void giveBack(final NodeDatabases databases, final FailureException cause) {
    if (current != null || !databases.wereSealed() || cause.kind() == FailureKind.DISK) {
      return;
    }
    try {
      databases.seal();
    } catch (final FailureException e) {
      cause.addSuppressed(e);
    }
  }

  /** What a run works with, whichever way the app is reached. */
  private record Job(
      HeldHome home,
      GenesisDoc genesis,
      BundleSource bundles,
      PoolInfo pool,
      BlockRuntime runtime,
      long beganNanos) {}

  /** A run while it executes blocks, and the genesis that its chain began with. */
  private record OpenRun(SyncRun run, GenesisDoc genesis) {}

  private SyncReport withApp(final Job job) throws FailureException, InterruptedException {
    final ConnectionSettings settings =
        ConnectionSettings.defaults(config.line().frameLength())
            .withAnswerWithin(config.appAnswersWithin());
    if (config.app() instanceof SyncConfig.Child child) {
      return withChild(job, child, settings);
    }
    final SyncConfig.Separate separate = (SyncConfig.Separate) config.app();
    final AbciAddress address = separateAddress(separate, job.home().layout());
    final UpgradeNotice notice = UpgradeNotice.watch(config.home());
    try (AbciClient client =
        AbciClient.open(address, config.line(), settings, ConnectGate.always())) {
      final AppPresence presence =
          new AppPresence(false, separate.restarted(), AppIdentity.of(address));
      return sync(job, client, presence);
    } catch (final FailureException e) {
      final Optional<UpgradePlan> upgrade = upgradeBehind(e, notice.written());
      if (upgrade.isPresent()) {
        throw AppUpgrade.needed(
            upgrade.get(), "Start the app with that binary, then run the same command again");
      }
      throw e;
    }
  }

  private SyncReport withChild(
      final Job job, final SyncConfig.Child child, final ConnectionSettings settings)
      throws FailureException, InterruptedException {
    final AppLaunch launch =
        new AppLaunch(
            AppProgram.resolve(child.binary().toString(), config.home(), System.getenv()),
            config.home(),
            AppProcess.freeAddress(),
            child.flags(),
            job.home().layout().understudyDir(),
            child.mirrorLogs(),
            AppLaunch.StopPolicy.DEFAULT);
    if (child.registry().isPresent()) {
      new BinarySelection(config, job.genesis(), vertx)
          .select(launch.program(), child.registry().get(), job.home());
    }
    job.home().databases().letAppBoot();
    try (ChildApp app = ChildApp.start(launch)) {
      while (true) {
        final AppProcess process = app.process();
        unlessStopped(() -> process.awaitReady(settings));
        try (AbciClient client =
            AbciClient.open(process.address(), config.line(), settings, process::requireAlive)) {
          final AppPresence presence =
              new AppPresence(true, false, AppIdentity.of(process.address()));
          return sync(job, client, presence);
        } catch (final FailureException e) {
          final Optional<UpgradePlan> upgrade = upgradeBehind(e, app.stoppedFor());
          if (upgrade.isEmpty()) {
            if (e.kind() == FailureKind.APP) {
              // an app that ended says more in its last lines than a lost connection does
              requireAlive(process);
            }
            throw e;
          }
          app.requireUpgradable(upgrade.get());
          beginAnew(job);
          unlessStopped(() -> app.upgrade(upgrade.get()));
        }
      }
    }
  }

  /** What the app wrote, or said, when it refused the block that is due, or one in a replay. */
  private Optional<UpgradePlan> upgradeBehind(
      final FailureException e, final Optional<UpgradePlan> written) {
    if (e.kind() != FailureKind.APP) {
      return Optional.empty();
    }
    return written
        .or(() -> AppUpgrade.namedIn(e))
        .filter(plan -> current == null || plan.height() == progress.height() + 1);
  }

  /** The run that has ended sealed the home: the next one takes it over as any other would. */
  private void beginAnew(final Job job) throws FailureException {
    timesBefore = appTimes();
    latest = null;
    current = null;
    job.home().renew();
    job.home().databases().letAppBoot();
  }

  /** A wait for the app that a stop breaks off. */
  @FunctionalInterface
  private interface Wait {
    void run() throws FailureException, InterruptedException;
  }

  /** An app may boot for hours: a stop must not wait for that. */
  private void unlessStopped(final Wait wait) throws FailureException, InterruptedException {
    synchronized (stopping) {
      waitsForBoot = Thread.currentThread();
    }
    try {
      if (!stopRequested) {
        wait.run();
      }
    } catch (final FailureException e) {
      if (!stopRequested) {
        throw e;
      }
      LOG.debug("the app had not yet booted: {}", e.getMessage());
    } finally {
      synchronized (stopping) {
        waitsForBoot = null;
      }
    }
    if (stopRequested) {
      // the interrupt has done its work; the app is yet to be stopped in order
      Thread.interrupted();
      throw new InterruptedException("stopped while the app booted");
    }
  }

  private void requireAlive(final AppProcess process) throws FailureException {
    try {
      process.requireAlive();
    } catch (final FailureException e) {
      throw atHeight(e);
    }
  }

  /** Not every request tells a height, but an operator wants to know one. */
  private FailureException atHeight(final FailureException e) {
    if (e.kind() != FailureKind.APP || progress.target() == 0) {
      return e;
    }
    return new FailureException(
        e.kind(), "after block %d: %s".formatted(progress.height(), e.getMessage()), e.advice(), e);
  }

  private SyncReport sync(final Job job, final AbciClient client, final AppPresence presence)
      throws FailureException, InterruptedException {
    final NodeDatabases databases = job.home().databases();
    databases.reopen();
    final HomeLayout layout = job.home().layout();
    final boolean indexing = config.txIndex() && layout.config().txIndex().indexer().equals("kv");
    try (SyncRun run =
        SyncRun.begin(
            config.line(),
            job.genesis(),
            layout,
            databases,
            client,
            presence,
            indexing,
            progress)) {
      latest = run;
      current = run;
      if (stopRequested) {
        run.requestStop();
      }
      final long target = new TargetHeight(config, job.pool()).of(run);
      final long startHeight = run.startHeight();
      firstHeight = OptionalLong.of(firstHeight.orElse(startHeight));
      LOG.info("from height {} to {}", run.nextHeight(), describe(target));
      final FreeSpaceGuard space = FreeSpaceGuard.of(layout.dataDir(), config.diskReserveBytes());
      final State last = target <= startHeight ? null : runTo(job, run, target, space, indexing);
      final double idle = appTimes().idleShare();
      run.seal();
      final long height = last == null ? startHeight : last.lastBlockHeight();
      return new SyncReport(
          firstHeight.orElse(startHeight),
          height,
          progress.blocksApplied(),
          progress.txsApplied(),
          progress.commitsVerified(),
          idle,
          Duration.ofNanos(System.nanoTime() - job.beganNanos()),
          height >= Math.min(target, config.target().orElse(target)) && !stopRequested);
    }
  }

  private State runTo(
      final Job job,
      final SyncRun run,
      final long target,
      final FreeSpaceGuard space,
      final boolean indexing)
      throws FailureException, InterruptedException {
    open = new OpenRun(run, job.genesis());
    try {
      return run.runTo(target, config.pipeline(), job.bundles(), job.runtime(), space, indexing);
    } catch (final FailureException e) {
      throw atHeight(e);
    } finally {
      open = null;
    }
  }

  private static String describe(final long target) {
    return target == Long.MAX_VALUE ? "wherever the archive grows" : Long.toString(target);
  }

  private static BlockRuntime blockRuntime(final PoolInfo pool) throws FailureException {
    return pool.runtime()
        .blocks()
        .orElseThrow(
            () ->
                new FailureException(
                    FailureKind.CONFIGURATION,
                    "pool %d ('%s') holds no blocks: its runtime is %s"
                        .formatted(pool.id(), pool.name(), pool.runtime().archiveName()),
                    "Give --block-pool-id a pool with the runtime @kyvejs/tendermint or"
                        + " @kyvejs/tendermint-bsync."));
  }

  private static AbciAddress separateAddress(
      final SyncConfig.Separate separate, final HomeLayout layout) throws FailureException {
    if (separate.address().isPresent()) {
      return separate.address().get();
    }
    return AbciAddress.parse(layout.config().base().proxyApp());
  }
}
