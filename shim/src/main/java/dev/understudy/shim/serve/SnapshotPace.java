package dev.understudy.shim.serve;

import dev.understudy.shim.pipeline.BetweenBlocks;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a sync that makes snapshots at the pace of those who archive them: it waits for each
 * snapshot, as an app that runs on may not finish it, does not run far ahead of the pool, and has
 * the home forget the blocks that nobody will ask for. For the execution thread.
 */
public final class SnapshotPace implements BetweenBlocks {
  /** How many intervals the sync may be above the pool, and how many it keeps: KSYNC's. */
  private static final long MOST_AHEAD = 3;

  private static final long KEPT = 6;
  private static final long PRUNING_INTERVAL = 100;
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPace.class);

  private final Settings settings;
  private final Optional<PoolHeight> pool;
  private long archived;

  /**
   * How the pace is kept.
   *
   * @param interval the heights of snapshots are its multiples
   * @param prune whether blocks below the last six intervals go
   * @param patience how long an app may take for a snapshot
   * @param askEvery pause between two questions to app or pool, which tell nothing by themselves
   */
  public record Settings(long interval, boolean prune, Duration patience, Duration askEvery) {
    public Settings {
      if (interval < 1) {
        throw new IllegalArgumentException("snapshots of every %dth height".formatted(interval));
      }
    }
  }

  /** Asks how far the pool has come. */
  @FunctionalInterface
  public interface PoolHeight {
    long ask() throws FailureException, InterruptedException;
  }

  /**
   * For one run after the other.
   *
   * @param pool empty where nobody is waited for
   */
  public SnapshotPace(final Settings settings, final Optional<PoolHeight> pool) {
    this.settings = settings;
    this.pool = pool;
  }

  @Override
  public boolean holdsUpAfter(final long height) {
    return isSnapshotHeight(height) || isPruningHeight(height) || mayBeTooFar(height + 1);
  }

  private boolean isSnapshotHeight(final long height) {
    return height % settings.interval() == 0;
  }

  private boolean isPruningHeight(final long height) {
    return settings.prune() && height % PRUNING_INTERVAL == 0;
  }

  private boolean mayBeTooFar(final long next) {
    return pool.isPresent() && next > archived + MOST_AHEAD * settings.interval();
  }

  @Override
  public void after(final State state, final Run run)
      throws FailureException, InterruptedException {
    final long height = state.lastBlockHeight();
    if (isSnapshotHeight(height) && height > run.appHeightAtStart()) {
      awaitSnapshot(height, run);
    }
    if (isPruningHeight(height)) {
      final long kept = height - KEPT * settings.interval();
      if (kept > 0) {
        run.forgetBelow(kept);
      }
    }
    awaitPool(height + 1, run);
  }

  private void awaitSnapshot(final long height, final Run run)
      throws FailureException, InterruptedException {
    final long began = System.nanoTime();
    while (run.app().listSnapshots().stream().noneMatch(found -> found.height() == height)) {
      if (System.nanoTime() - began > settings.patience().toNanos()) {
        throw new FailureException(
            FailureKind.APP,
            "the app has no snapshot of height %d after %d s"
                .formatted(height, settings.patience().toSeconds()),
            "See the app's own log. A separate app must be set to a snapshot every %d blocks; where"
                    .formatted(settings.interval())
                + " it only is slow, give --app-timeout-s more. Then run the same command again.");
      }
      if (run.waitUnlessOver(settings.askEvery())) {
        return;
      }
    }
    LOG.info("the app has made the snapshot of height {}", height);
  }

  private void awaitPool(final long next, final Run run)
      throws FailureException, InterruptedException {
    if (!mayBeTooFar(next)) {
      return;
    }
    archived = pool.orElseThrow().ask();
    if (mayBeTooFar(next)) {
      LOG.info("waiting before block {} for the pool, which is at height {}", next, archived);
    }
    while (mayBeTooFar(next) && !run.waitUnlessOver(settings.askEvery())) {
      archived = pool.orElseThrow().ask();
    }
  }
}
