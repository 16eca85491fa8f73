package dev.understudy.shim;

import dev.understudy.shim.snapshot.SnapshotCatalog;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * To exactly one height: from the nearest snapshot below it, then by blocks; or by blocks alone,
 * where the home has a state already or that is the shorter way. A child app is restarted between
 * the two, as some apps need. {@link #run} works on the caller's thread; {@link #requestStop} comes
 * from any.
 */
public final class HeightSync {
  private static final Logger LOG = LoggerFactory.getLogger(HeightSync.class);

  private final SyncConfig blockConfig;
  private final long target;
  private final boolean fromGenesis;
  private final boolean restartApp;
  private final StateSync snapshots;
  private final BlockSync blocks;
  private volatile boolean stopRequested;

  /**
   * The caller owns {@code vertx}.
   *
   * @param blockConfig with a target, which is also that of {@code snapshotConfig}
   * @param fromGenesis whether snapshots are left aside
   * @param restartApp whether a separate app must be restarted after a restore, whatever its chain
   */
  public HeightSync(
      final SyncConfig blockConfig,
      final StateSyncConfig snapshotConfig,
      final boolean fromGenesis,
      final boolean restartApp,
      final Vertx vertx) {
    this.restartApp = restartApp;
    this.blockConfig = blockConfig;
    this.target = blockConfig.target().orElseThrow();
    if (!snapshotConfig.target().equals(OptionalLong.of(target))) {
      throw new IllegalArgumentException("snapshot and blocks lead to different heights");
    }
    this.fromGenesis = fromGenesis;
    this.snapshots = new StateSync(snapshotConfig, vertx);
    this.blocks = new BlockSync(blockConfig, vertx);
  }

  /**
   * What the two parts did.
   *
   * @param snapshot empty where none was restored
   * @param blocks empty where the snapshot is of the target height itself
   */
  public record Report(Optional<StateSyncReport> snapshot, Optional<SyncReport> blocks) {}

  /** The part that restores, for its progress. */
  public StateSync snapshots() {
    return snapshots;
  }

  /** The part that executes blocks, for its progress. */
  public BlockSync blocks() {
    return blocks;
  }

  /** Ends the part in work in order. */
  public void requestStop() {
    stopRequested = true;
    snapshots.requestStop();
    blocks.requestStop();
  }

  /** Does the whole job. The home is sealed when this returns. */
  public Report run() throws FailureException, InterruptedException {
    final Optional<StateSyncReport> restored =
        snapshotIsWorthIt() ? Optional.of(snapshots.run()) : Optional.empty();
    if (stopRequested) {
      throw new InterruptedException("stopped between snapshot and blocks");
    }
    if (restored.isPresent() && restored.get().height() == target) {
      return new Report(restored, Optional.empty());
    }
    if (restored.isPresent()) {
      RestartRule.requireNoRestart(blockConfig.app(), restored.get(), restartApp);
    }
    return new Report(restored, Optional.of(blocks.run()));
  }

  private boolean snapshotIsWorthIt() throws FailureException, InterruptedException {
    final HomeLayout layout = HomeLayout.read(blockConfig.home(), blockConfig.dbBackend());
    if (RestoreMark.read(layout).isPresent()) {
      return true;
    }
    final Optional<State> state = HomeState.read(layout, blockConfig.line());
    if (state.filter(s -> s.lastBlockHeight() > 0).isPresent()) {
      LOG.info("the home has a state already: going on by blocks");
      return false;
    }
    if (fromGenesis) {
      return false;
    }
    final Optional<SnapshotCatalog.Listed> candidate = snapshots.candidate();
    if (candidate.isEmpty()) {
      LOG.info("there is no snapshot at or below height {}: by blocks alone", target);
      return false;
    }
    return ShorterWay.isBy(
        candidate.get(), GenesisFile.read(layout, blockConfig.line()).initialHeight(), target);
  }
}
