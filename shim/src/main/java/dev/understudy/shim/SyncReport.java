package dev.understudy.shim;

import dev.understudy.shim.pipeline.SyncProgress;
import java.time.Duration;
import java.util.Optional;

/**
 * What a block sync did.
 *
 * @param height the home's height now: app, state and block store
 * @param archiveEvents heights whose events, logs and index are the archive's, after a power cut
 *     with a lazy journal
 * @param reached whether the target was reached; false after a stop by request
 * @param commitsVerified commits whose signatures were checked
 * @param appIdleShare share of the run's time without a request outstanding at the app, 0 to 1
 */
public record SyncReport(
    long startHeight,
    long height,
    long blocks,
    long txs,
    long commitsVerified,
    double appIdleShare,
    Duration duration,
    Optional<SyncProgress.ArchiveEvents> archiveEvents,
    boolean reached) {

  public double blocksPerSecond() {
    final double seconds = duration.toNanos() / 1e9;
    return seconds == 0 ? 0 : blocks / seconds;
  }
}
