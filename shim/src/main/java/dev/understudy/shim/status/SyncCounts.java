package dev.understudy.shim.status;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.SyncReport;
import dev.understudy.shim.abci.transport.BusyTime;
import dev.understudy.shim.pipeline.SyncProgress;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a sync has counted up to one moment.
 *
 * @param target the last height to execute; empty while it is not known, and where the sync follows
 *     the archive without an end
 * @param checkpointHeight what a power cut would leave; 0 before this run's first checkpoint
 * @param appTimes since the handshake, until the last block
 */
public record SyncCounts(
    SyncPhase phase,
    long height,
    OptionalLong target,
    long blocks,
    long txs,
    long commitsVerified,
    long blockBytes,
    long checkpointHeight,
    long indexedHeight,
    BusyTime.Sample appTimes,
    DownloadCounts downloads) {

  /** Reads a sync that may be running; any thread, never blocks. */
  public static SyncCounts of(final BlockSync sync) {
    final SyncProgress progress = sync.progress();
    final BusyTime.Sample times = sync.appTimes();
    final long target = progress.target();
    return new SyncCounts(
        phase(sync),
        progress.height(),
        target == 0 || target == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(target),
        progress.blocksApplied(),
        progress.txsApplied(),
        progress.commitsVerified(),
        progress.bytesDecoded(),
        progress.checkpointHeight(),
        progress.indexedHeight(),
        times,
        sync.sourceMetrics().map(DownloadCounts::of).orElse(DownloadCounts.NONE));
  }

  private static SyncPhase phase(final BlockSync sync) {
    final Optional<SyncReport> report = sync.report();
    if (report.isPresent()) {
      return report.get().reached() ? SyncPhase.DONE : SyncPhase.ENDED;
    }
    if (sync.isRunning()) {
      return SyncPhase.SYNCING;
    }
    return sync.hasEnded() ? SyncPhase.ENDED : SyncPhase.STARTING;
  }

  /** Since the handshake until the last block. */
  long runNanos() {
    return appTimes.busyNanos() + appTimes.idleNanos();
  }
}
