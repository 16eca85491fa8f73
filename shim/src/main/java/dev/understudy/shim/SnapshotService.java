package dev.understudy.shim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.serve.ServedSync;
import dev.understudy.shim.serve.SnapshotPace;
import dev.understudy.shim.serve.SnapshotServer;
import dev.understudy.shim.snapshot.TrustAnchor;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.kyve.KyvePools;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs a chain so that its app makes snapshots, and serves them to those who archive them. A new
 * home begins with an archived snapshot where something is trusted, else with the first block.
 * {@link #run} works on the caller's thread; {@link #requestStop} comes from any. Whoever opened it
 * closes it, before Vert.x.
 */
public final class SnapshotService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotService.class);

  /** How many intervals an app keeps of its states and snapshots: KSYNC's. */
  private static final long KEPT = 6;

  private static final Duration ASK_EVERY = Duration.ofSeconds(2);

  private final SyncConfig.App app;
  private final Optional<StateSync> restore;
  private final BlockSync blocks;
  private final SnapshotServer server;
  private volatile boolean stopRequested;

  private SnapshotService(
      final SyncConfig.App app,
      final Optional<StateSync> restore,
      final BlockSync blocks,
      final SnapshotServer server) {
    this.app = app;
    this.restore = restore;
    this.blocks = blocks;
    this.server = server;
  }

  /**
   * Asks the pool and listens; nothing in the home is changed. The caller owns {@code vertx}.
   *
   * @param snapshots without a pool only where an interval is given
   */
  public static SnapshotService open(
      final SyncConfig blocks,
      final StateSyncConfig snapshots,
      final boolean hasPool,
      final ServeConfig serve,
      final Vertx vertx)
      throws FailureException, InterruptedException {
    requireSense(serve);
    final Optional<PoolInfo> info =
        hasPool ? Optional.of(ask(vertx, snapshots.snapshots())) : Optional.empty();
    final long interval = interval(serve, info);
    final SyncConfig.App app = withSnapshots(blocks.app(), serve, interval);
    final Optional<StateSyncConfig> restore =
        info.isEmpty()
            ? Optional.empty()
            : restore(snapshots.withApp(app), info.get(), interval, serve);
    final SnapshotPace pace =
        new SnapshotPace(
            new SnapshotPace.Settings(
                interval, serve.prune(), blocks.appAnswersWithin(), ASK_EVERY),
            serve.waitForPool() && hasPool
                ? Optional.of(() -> heightOf(ask(vertx, snapshots.snapshots())))
                : Optional.empty());
    final BlockSync sync = new BlockSync(blocks.withApp(app), vertx, FailPoints.NONE, pace);
    final SnapshotServer server =
        SnapshotServer.start(vertx, serve.host(), serve.port(), serve.form(), () -> served(sync));
    return new SnapshotService(
        app, restore.map(config -> new StateSync(config, vertx)), sync, server);
  }

  private static void requireSense(final ServeConfig serve) throws FailureException {
    if (serve.prune() && !serve.waitForPool()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--skip-waiting with pruning would delete what the pool has not archived yet",
          "Give --pruning=false as well.");
    }
  }

  private static Optional<ServedSync> served(final BlockSync sync) {
    return sync.openChain().flatMap(chain -> sync.openApp().map(app -> new ServedSync(chain, app)));
  }

  /** Without the pool's cache, which belongs to the restore. */
  private static PoolInfo ask(final Vertx vertx, final SourceConfig pool)
      throws FailureException, InterruptedException {
    final PoolInfo info = KyvePools.ask(vertx, pool);
    BlockPool.requireSnapshots(info);
    return info;
  }

  private static long heightOf(final PoolInfo info) {
    return info.currentHeight().orElse(info.startKey().isEmpty() ? 0 : info.startHeight());
  }

  private static long interval(final ServeConfig serve, final Optional<PoolInfo> info)
      throws FailureException {
    final long interval =
        serve.interval().isPresent()
            ? serve.interval().getAsLong()
            : info.map(SnapshotService::intervalOf).orElse(0L);
    if (interval < 1) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          info.isEmpty()
              ? "no snapshot pool is known, so nothing says how often a snapshot is to be made"
              : "the pool's config names no interval: " + info.get().configJson(),
          "Give --snapshot-interval, or another --snapshot-pool-id.");
    }
    return interval;
  }

  private static long intervalOf(final PoolInfo info) {
    try {
      return new ObjectMapper().readTree(info.configJson()).path("interval").asLong();
    } catch (final JsonProcessingException e) {
      LOG.debug("the pool's config is no JSON", e);
      return 0;
    }
  }

  /** KSYNC's flags, before the operator's, which may say otherwise. */
  private static SyncConfig.App withSnapshots(
      final SyncConfig.App app, final ServeConfig serve, final long interval) {
    if (!(app instanceof SyncConfig.Child child)) {
      return app;
    }
    final List<String> flags =
        new ArrayList<>(List.of("--state-sync.snapshot-interval", Long.toString(interval)));
    if (serve.prune()) {
      flags.addAll(
          List.of(
              "--pruning",
              "custom",
              "--pruning-keep-recent",
              Long.toString(KEPT * interval),
              "--pruning-interval",
              "10"));
    } else {
      flags.addAll(List.of("--pruning", "nothing"));
    }
    final boolean all = serve.keepSnapshots() || !serve.prune();
    flags.addAll(List.of("--state-sync.snapshot-keep-recent", all ? "0" : Long.toString(KEPT)));
    flags.addAll(child.flags());
    return child.withFlags(flags);
  }

  private static Optional<StateSyncConfig> restore(
      final StateSyncConfig config,
      final PoolInfo info,
      final long interval,
      final ServeConfig serve)
      throws FailureException {
    final HomeLayout layout = HomeLayout.read(config.home(), config.dbBackend());
    final Optional<RestoreMark> begun = RestoreMark.read(layout);
    if (begun.isPresent()) {
      return Optional.of(config.withTarget(OptionalLong.of(begun.get().height())));
    }
    final boolean fresh =
        HomeState.read(layout, config.line()).map(State::lastBlockHeight).orElse(0L) == 0;
    if (!fresh) {
      if (serve.startHeight().isPresent()) {
        throw new FailureException(
            FailureKind.CONFIGURATION,
            "--start-height is for an empty home, and this one has a state",
            "Leave the flag out to go on, or empty the home with --reset-all.");
      }
      return Optional.empty();
    }
    if (info.currentHeight().isEmpty()) {
      return Optional.empty();
    }
    if (serve.startHeight().isPresent()) {
      return Optional.of(config.withTarget(serve.startHeight()));
    }
    if (config.anchor() instanceof TrustAnchor.NoTrust) {
      LOG.info("from the first block: without --trust or --trust-height no snapshot is restored");
      return Optional.empty();
    }
    // the newest one would leave the pool waiting until the next is made
    final long before = info.currentHeight().get() - interval;
    return Optional.of(
        config.withTarget(
            before >= info.startHeight() ? OptionalLong.of(before) : OptionalLong.empty()));
  }

  /** Where snapshots are served. */
  public URI address() {
    return server.address();
  }

  /** The part that restores, for its progress; empty where there is nothing to restore. */
  public Optional<StateSync> restore() {
    return restore;
  }

  /** The part that executes blocks, for its progress. */
  public BlockSync blocks() {
    return blocks;
  }

  /** Ends the part in work in order. */
  public void requestStop() {
    stopRequested = true;
    restore.ifPresent(StateSync::requestStop);
    blocks.requestStop();
  }

  /** Returns when the target height is reached or after a stop; the home is sealed then. */
  public SyncReport run() throws FailureException, InterruptedException {
    if (restore.isPresent()) {
      final StateSyncReport report = restore.get().run();
      LOG.info(
          "restored the snapshot of height {}, trusted by {}", report.height(), report.anchor());
      RestartRule.requireNoRestart(app, report, false);
    }
    if (stopRequested) {
      throw new InterruptedException("stopped between snapshot and blocks");
    }
    return blocks.run();
  }

  @Override
  public void close() {
    server.close();
  }
}
