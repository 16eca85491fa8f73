package dev.understudy.shim;

import dev.understudy.shim.snapshot.SnapshotCatalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which way leads an empty home to a height sooner: a snapshot and blocks, or blocks alone. */
final class ShorterWay {
  private static final Logger LOG = LoggerFactory.getLogger(ShorterWay.class);

  /** A chunk of some ten megabytes costs about as much as so many blocks. */
  private static final long BLOCKS_PER_CHUNK = 100;

  private ShorterWay() {}

  static boolean isBy(
      final SnapshotCatalog.Listed snapshot, final long initialHeight, final long target) {
    final long byBlocks = target - initialHeight + 1;
    final long bySnapshot = BLOCKS_PER_CHUNK * snapshot.chunks() + target - snapshot.height();
    LOG.info(
        "plan: {} blocks from genesis, or the snapshot of height {} ({} chunks) and {} blocks: {}",
        byBlocks,
        snapshot.height(),
        snapshot.chunks(),
        target - snapshot.height(),
        bySnapshot < byBlocks ? "the snapshot" : "by blocks alone");
    return bySnapshot < byBlocks;
  }
}
