package dev.understudy.shim;

import dev.understudy.handoff.process.UpgradeNotice;
import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.app.AppIdentity;
import dev.understudy.shim.app.AppLaunch;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.app.AppUpgrade;
import dev.understudy.shim.app.ChildApp;
import dev.understudy.shim.app.EngineClaim;
import dev.understudy.shim.app.ProgramEngine;
import dev.understudy.shim.pipeline.AppPresence;
import dev.understudy.shim.pipeline.BetweenBlocks;
import dev.understudy.shim.pipeline.JournalMode;
import dev.understudy.shim.pipeline.RunSetup;
import dev.understudy.shim.pipeline.StopRequest;
import dev.understudy.shim.pipeline.SyncProgress;
import dev.understudy.shim.pipeline.SyncRun;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.State;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.line.EngineLine;
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
  private final FailPoints failPoints;
  private final BetweenBlocks between;
  private final SyncProgress progress = new SyncProgress();
  private volatile BusyTime.Sample timesBefore = new BusyTime.Sample(0, 0);
  private volatile @Nullable SyncRun current;
  private volatile @Nullable SyncRun latest;
  private volatile @Nullable OpenRun open;
  private volatile @Nullable BundleSource source;
  private volatile @Nullable SyncReport report;
  private volatile boolean ended;
  private final StopRequest stop = new StopRequest();
  private OptionalLong firstHeight = OptionalLong.empty();
  private volatile EngineLine line;

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
    this.line = config.line();
    this.failPoints = failPoints;
    this.between = between;
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

  /**
   * The app of the run, whose calls of snapshots may be made from any thread; empty when {@link
   * #openChain} is.
   */
  public Optional<AbciClient> openApp() {
    return Optional.ofNullable(open).map(opened -> opened.run().app());
  }

  private OpenChain openChain(final OpenRun opened) {
    final SyncRun run = opened.run();
    return new OpenChain(
        line,
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
   * Ends the run after the block in work, or the wait for an app that boots or begins its chain;
   * {@link #run} then returns or throws.
   */
  public void requestStop() {
    stop.request();
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
    final HomeLayout layout = HomeLayout.read(config.home(), config.dbBackend());
    final GenesisDoc genesis = GenesisFile.read(layout, line);
    final StoreFactory factory = StoreFactory.forBackend(layout.backend(line));
    // the home comes first: one that is in use is refused before the cache puts a file into it
    try (HeldHome home = HeldHome.reserve(layout, factory, failPoints, config.app());
        BundleSource bundles = KyveBundleSource.open(vertx, config.source())) {
      requireWholeApp(layout);
      source = bundles;
      final PoolInfo pool = bundles.pool();
      final BlockRuntime runtime = BlockPool.runtimeOf(pool);
      requireFitting(config.pipeline().journal(), runtime);
      try {
        return withApp(new Job(home, genesis, bundles, pool, runtime, began));
      } catch (final DamagedRecordException e) {
        final FailureException told = damaged(layout, e);
        giveBack(home.databases(), told);
        throw told;
      } catch (final FailureException e) {
        giveBack(home.databases(), e);
        throw e;
      }
    } finally {
      current = null;
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
      long beganNanos) {
    Job with(final GenesisDoc read) {
      return new Job(home, read, bundles, pool, runtime, beganNanos);
    }
  }

  /** A run while it executes blocks, and the genesis that its chain began with. */
  private record OpenRun(SyncRun run, GenesisDoc genesis) {}

  private SyncReport withApp(final Job job) throws FailureException, InterruptedException {
    if (config.app() instanceof SyncConfig.Child child) {
      return withChild(job, child);
    }
    final SyncConfig.Separate separate = (SyncConfig.Separate) config.app();
    final AbciAddress address = AppAddresses.ofSeparate(separate, job.home().layout());
    final UpgradeNotice notice = UpgradeNotice.watch(config.home());
    try (AbciClient client = AbciClient.open(address, line, settings(), ConnectGate.always())) {
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

  private ConnectionSettings settings() {
    return ConnectionSettings.defaults(line).withAnswerWithin(config.appAnswersWithin());
  }

  private SyncReport withChild(final Job begun, final SyncConfig.Child child)
      throws FailureException, InterruptedException {
    final AppLaunch launch = AppSession.launch(child, begun.home().layout());
    Job job = begun;
    if (child.registry().isPresent()) {
      final Optional<EngineClaim> hint =
          new BinarySelection(config, line, job.genesis(), vertx)
              .select(launch.program(), child.registry().get(), job.home());
      job = onLineOf(launch.program(), hint, job);
    }
    job.home().databases().letAppBoot();
    try (ChildApp app = ChildApp.start(launch)) {
      while (true) {
        final AppProcess process = app.process();
        unlessStopped(() -> process.awaitReady(settings()));
        try (AbciClient client =
            AbciClient.open(process.address(), line, settings(), process::requireAlive)) {
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
          job = onLineOf(launch.program(), Optional.empty(), job);
        }
      }
    }
  }

  /** Another binary may be of another line: the run goes on as a node of that line would. */
  private Job onLineOf(final AppProgram program, final Optional<EngineClaim> hint, final Job job)
      throws FailureException, InterruptedException {
    final Optional<EngineClaim> told = ProgramEngine.ask(program);
    final Optional<EngineClaim> claim = told.isPresent() ? told : hint;
    if (claim.isEmpty() || claim.get().line() == line) {
      return job;
    }
    LOG.info(
        "engine line {} instead of {}: {}",
        claim.get().line().label(),
        line.label(),
        claim.get().source());
    line = claim.get().line();
    return job.with(GenesisFile.read(job.home().layout(), line));
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
    stop.beginWait(Thread.currentThread()::interrupt);
    try {
      if (!stop.isRequested()) {
        wait.run();
      }
    } catch (final FailureException e) {
      if (!stop.isRequested()) {
        throw e;
      }
      LOG.debug("the app had not yet booted: {}", e.getMessage());
    } finally {
      stop.endWait();
    }
    if (stop.isRequested()) {
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
    try (SyncRun run = SyncRun.begin(setup(job, indexing), databases, client, presence)) {
      latest = run;
      current = run;
      if (stop.isRequested()) {
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
          progress.archiveEvents(),
          height >= Math.min(target, config.target().orElse(target)) && !stop.isRequested());
    }
  }

  private RunSetup setup(final Job job, final boolean indexing) {
    return new RunSetup(
        line,
        job.genesis(),
        job.home().layout(),
        indexing,
        config.pipeline().journal(),
        AnswersJournal::open,
        failPoints,
        stop,
        progress,
        between);
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
      if (e.kind() == FailureKind.VERIFICATION || e.kind() == FailureKind.ARCHIVE) {
        forgetList(job, e);
      }
      throw atHeight(e);
    } finally {
      open = null;
    }
  }

  /** With a list from elsewhere the same command goes on; a kept one would lead here again. */
  private static void forgetList(final Job job, final FailureException cause) {
    try {
      job.bundles().forgetList();
    } catch (final FailureException e) {
      cause.addSuppressed(e);
    }
  }

  private static String describe(final long target) {
    return target == Long.MAX_VALUE ? "wherever the archive grows" : Long.toString(target);
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
    if (line.blockExecution() != EngineLine.BlockExecution.FINALIZE_BLOCK) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--journal lazy needs an app with FinalizeBlock, which %s has not"
              .formatted(line.software()),
          "Leave the flag away.");
    }
  }
}
