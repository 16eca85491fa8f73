package dev.understudy.shim;

import dev.understudy.handoff.live.NodeRpc;
import dev.understudy.handoff.live.NodeStatus;
import dev.understudy.handoff.process.NodeProcess;
import dev.understudy.shim.snapshot.SnapshotCatalog;
import dev.understudy.shim.snapshot.TrustAnchor;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.storage.home.EmptyStore;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.HomeRepair;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at a home and at the archive and says what is left to be done; run again after any
 * interruption it says what is left then. Changes nothing. Works on the caller's thread.
 */
public final class RunPlanner {
  private final SyncConfig blocks;
  private final Optional<StateSyncConfig> snapshots;
  private final Vertx vertx;

  /**
   * The caller owns {@code vertx}.
   *
   * @param snapshots empty where an empty home begins with the first block
   */
  public RunPlanner(
      final SyncConfig blocks, final Optional<StateSyncConfig> snapshots, final Vertx vertx) {
    this.blocks = blocks;
    this.snapshots = snapshots;
    this.vertx = vertx;
  }

  /** The plan of this moment; fails with HOME_IN_USE where somebody else than a node has it. */
  public RunPlan plan() throws FailureException, InterruptedException {
    final HomeLayout layout = HomeLayout.read(blocks.home(), blocks.dbBackend());
    // first of all: looking at databases takes their locks for a moment, which a node that boots
    // would stumble over
    final Optional<NodeProcess> ours = NodeProcess.running(layout.understudyDir());
    if (ours.isPresent()) {
      return new RunPlan.Follow(
          "the node that an earlier run started (process %d) runs".formatted(ours.get().pid()));
    }
    final Optional<State> state;
    try {
      state = HomeState.read(layout, blocks.line());
    } catch (final FailureException e) {
      if (e.kind() == FailureKind.HOME_IN_USE && nodeAnswers(layout)) {
        return new RunPlan.Follow("a node runs on this home");
      }
      throw e;
    }
    return afterLooking(layout, state.map(State::lastBlockHeight).orElse(0L));
  }

  /** What a plan has to fetch; empty where it fetches nothing, or nobody can tell. */
  public Optional<RunEstimate> estimate(final RunPlan plan)
      throws FailureException, InterruptedException {
    if (plan instanceof RunPlan.Snapshot todo) {
      return Optional.of(estimate(todo));
    }
    return plan instanceof RunPlan.Blocks todo
        ? ofBlocks(todo.first(), todo.target())
            .map(found -> new RunEstimate(Optional.empty(), Optional.of(found)))
        : Optional.empty();
  }

  private RunEstimate estimate(final RunPlan.Snapshot plan)
      throws FailureException, InterruptedException {
    final StateSyncConfig config =
        snapshots.orElseThrow().withTarget(OptionalLong.of(plan.target()));
    final long initial =
        GenesisFile.read(HomeLayout.read(blocks.home(), blocks.dbBackend()), blocks.line())
            .initialHeight();
    final Optional<SnapshotCatalog.Listed> nearest =
        new StateSync(config, vertx)
            .candidate()
            .filter(found -> plan.begun() || ShorterWay.isBy(found, initial, plan.target()));
    if (nearest.isEmpty()) {
      return new RunEstimate(Optional.empty(), ofBlocks(initial, plan.target()));
    }
    try (BundleSource source = KyveBundleSource.open(vertx, config.snapshots())) {
      return new RunEstimate(
          Optional.of(RunEstimate.OfSnapshot.of(source, nearest.get())),
          ofBlocks(nearest.get().height() + 1, plan.target()));
    }
  }

  private Optional<RunEstimate.OfBlocks> ofBlocks(final long first, final long last)
      throws FailureException, InterruptedException {
    if (last < first) {
      return Optional.empty();
    }
    try (BundleSource source = KyveBundleSource.open(vertx, blocks.source())) {
      return RunEstimate.OfBlocks.of(source, first, last);
    }
  }

  private static boolean nodeAnswers(final HomeLayout layout)
      throws FailureException, InterruptedException {
    final Optional<NodeRpc> rpc = NodeRpc.listeningAt(layout.config().rpc().laddr());
    if (rpc.isEmpty()) {
      return false;
    }
    final Optional<NodeStatus> status = rpc.get().status();
    return status.isPresent() && status.get().network().equals(GenesisFile.readChainId(layout));
  }

  private RunPlan afterLooking(final HomeLayout layout, final long height)
      throws FailureException, InterruptedException {
    final long target = target();
    final boolean begun = RestoreMark.read(layout).isPresent();
    if (begun && snapshots.isEmpty()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "a restore of a snapshot was begun here, and now no snapshot pool or trust is given",
          "Run the command with the flags that it was begun with; or empty the home with"
              + " 'understudy reset-all'.");
    }
    if (snapshots.isPresent() && (begun || height == 0)) {
      return new RunPlan.Snapshot(target, anchor(snapshots.get().anchor()), begun);
    }
    if (height == 0) {
      final long first = GenesisFile.read(layout, blocks.line()).initialHeight();
      return new RunPlan.Blocks(0, first, target);
    }
    if (height < target || HomeRepair.isNeeded(layout)) {
      return new RunPlan.Blocks(height, height + 1, target);
    }
    return EmptyStore.reason(layout, blocks.line())
        .<RunPlan>map(why -> new RunPlan.Settle(height, why))
        .orElseGet(() -> new RunPlan.HandOver(height));
  }

  /** What was asked for, or the last height whose successor, which proves it, is archived. */
  private long target() throws FailureException, InterruptedException {
    if (blocks.target().isPresent()) {
      return blocks.target().getAsLong();
    }
    try (BundleSource source = KyveBundleSource.open(vertx, blocks.source())) {
      final PoolInfo pool = source.pool();
      return pool.currentHeight()
              .orElseThrow(
                  () ->
                      new FailureException(
                          FailureKind.ARCHIVE,
                          "pool %d has nothing archived yet".formatted(pool.id()),
                          "Choose another pool."))
          - 1;
    }
  }

  private static String anchor(final TrustAnchor anchor) {
    if (anchor instanceof TrustAnchor.TrustedHeader header) {
      return "the header of height %d that %s names".formatted(header.height(), header.from());
    }
    return anchor instanceof TrustAnchor.TrustedGenesis
        ? "the genesis file's validators"
        : "the archive's own validators";
  }
}
