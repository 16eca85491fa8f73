package dev.understudy.shim.status;

import dev.understudy.shim.abci.transport.BusyTime;
import java.util.Map;
import java.util.OptionalLong;

/** Counts of a sync that a test moves on by hand. */
final class TestCounts {
  volatile SyncPhase phase = SyncPhase.SYNCING;
  private long height;
  volatile OptionalLong target = OptionalLong.empty();
  private long blocks;
  private long txs;
  private long bytes;
  private long busyNanos;
  private long idleNanos;
  volatile Map<String, Long> failures = Map.of();

  /** One step of a run, as long as busy and idle together. */
  synchronized TestCounts run(final long newBlocks, final long busy, final long idle) {
    height += newBlocks;
    blocks += newBlocks;
    txs += 3 * newBlocks;
    bytes += 1000 * newBlocks;
    busyNanos += busy;
    idleNanos += idle;
    return this;
  }

  synchronized SyncCounts counts() {
    return new SyncCounts(
        phase,
        height,
        target,
        blocks,
        txs,
        blocks / 10,
        bytes * 2,
        height / 2,
        height,
        new BusyTime.Sample(busyNanos, idleNanos),
        new DownloadCounts(bytes, 7, 5, 30, 2, 1, 4096, failures));
  }
}
