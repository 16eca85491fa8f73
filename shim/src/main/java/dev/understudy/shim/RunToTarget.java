package dev.understudy.shim;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.pipeline.AppPresence;
import dev.understudy.shim.pipeline.BetweenBlocks;
import dev.understudy.shim.pipeline.RunSetup;
import dev.understudy.shim.pipeline.SyncProgress;
import dev.understudy.shim.pipeline.SyncRun;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run with a connected app, from taking the databases over through the handshake and the blocks
 * up to the target to the seal and the report.
 */
final class RunToTarget {
  private static final Logger LOG = LoggerFactory.getLogger(RunToTarget.class);

  private final SyncConfig config;
  private final RunSeries runs;
  private final FailPoints failPoints;
  private final BetweenBlocks between;

  RunToTarget(
      final SyncConfig config,
      final RunSeries runs,
      final FailPoints failPoints,
      final BetweenBlocks between) {
    this.config = config;
    this.runs = runs;
    this.failPoints = failPoints;
    this.between = between;
  }

  /**
   * The home is sealed when this returns; the caller closes the app.
   *
   * @throws InterruptedException after a stop by request during the handshake
   */
  SyncReport run(final SyncJob job, final AbciClient client, final AppPresence presence)
      throws FailureException, InterruptedException {
    final NodeDatabases databases = job.home().databases();
    databases.reopen();
    final HomeLayout layout = job.home().layout();
    final boolean indexing = config.txIndex() && layout.config().txIndex().indexer().equals("kv");
    try (SyncRun run = SyncRun.begin(setup(job, indexing), databases, client, presence)) {
      runs.begin(run);
      final long target = new TargetHeight(config, job.pool()).of(run);
      final long startHeight = run.startHeight();
      LOG.info("from height {} to {}", run.nextHeight(), describe(target));
      final FreeSpaceGuard space = FreeSpaceGuard.of(layout.dataDir(), config.diskReserveBytes());
      final State last = target <= startHeight ? null : runTo(job, run, target, space, indexing);
      final double idle = runs.appTimes().idleShare();
      run.seal();
      final SyncProgress progress = runs.progress();
      final long height = last == null ? startHeight : last.lastBlockHeight();
      return new SyncReport(
          runs.firstHeight(),
          height,
          progress.blocksApplied(),
          progress.txsApplied(),
          progress.commitsVerified(),
          idle,
          Duration.ofNanos(System.nanoTime() - job.beganNanos()),
          progress.archiveEvents(),
          height >= Math.min(target, config.target().orElse(target)) && !runs.stop().isRequested());
    }
  }

  private RunSetup setup(final SyncJob job, final boolean indexing) {
    return new RunSetup(
        runs.line(),
        job.genesis(),
        job.home().layout(),
        indexing,
        config.pipeline().journal(),
        AnswersJournal::open,
        failPoints,
        runs.stop(),
        runs.progress(),
        between);
  }

  private State runTo(
      final SyncJob job,
      final SyncRun run,
      final long target,
      final FreeSpaceGuard space,
      final boolean indexing)
      throws FailureException, InterruptedException {
    runs.openStores(run, job.genesis());
    try {
      return run.runTo(target, config.pipeline(), job.bundles(), job.runtime(), space, indexing);
    } catch (final FailureException e) {
      if (e.kind() == FailureKind.VERIFICATION || e.kind() == FailureKind.ARCHIVE) {
        forgetList(job, e);
      }
      throw runs.atHeight(e);
    } finally {
      runs.closeStores();
    }
  }

  /** With a list from elsewhere the same command goes on; a kept one would lead here again. */
  private static void forgetList(final SyncJob job, final FailureException cause) {
    try {
      job.bundles().forgetList();
    } catch (final FailureException e) {
      cause.addSuppressed(e);
    }
  }

  private static String describe(final long target) {
    return target == Long.MAX_VALUE ? "wherever the archive grows" : Long.toString(target);
  }
}
