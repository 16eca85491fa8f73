package dev.understudy.shim;

import dev.understudy.shim.snapshot.SnapshotCatalog;
import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.types.FailureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run has to fetch.
 *
 * @param snapshot empty where it goes by blocks alone
 * @param blocks empty where the snapshot is of the last height itself
 */
public record RunEstimate(Optional<OfSnapshot> snapshot, Optional<OfBlocks> blocks) {

  /** Apps of small chains do many times that, large ones less: only for scale. */
  private static final long BLOCKS_A_SECOND = 100;

  /** The snapshot to be restored; each bundle is a chunk. */
  public record OfSnapshot(long height, BundlesEstimate chunks) {
    static OfSnapshot of(final BundleSource source, final SnapshotCatalog.Listed listed)
        throws FailureException, InterruptedException {
      return new OfSnapshot(
          listed.height(), BundlesEstimate.of(source, listed.first(), listed.last()));
    }

    private String words() {
      return "snapshot of height %d: %d %s, %s; the blocks that prove it come on top"
          .formatted(
              height, chunks.count(), chunks.count() == 1 ? "chunk" : "chunks", chunks.words());
    }
  }

  /** The blocks to be executed, and the bundles that hold them. */
  public record OfBlocks(long count, BundlesEstimate bundles) {

    /** Empty where the archive's list does not hold the heights. */
    static Optional<OfBlocks> of(final BundleSource source, final long first, final long last)
        throws FailureException, InterruptedException {
      final Optional<BundleRef> from = source.lastAtOrBelow(first);
      final Optional<BundleRef> to = source.lastAtOrBelow(last);
      if (from.isEmpty() || to.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new OfBlocks(last - first + 1, BundlesEstimate.of(source, from.get(), to.get())));
    }

    private String words() {
      return "%d blocks in %d bundles, %s; executing them takes what the app takes, at %d blocks/s %s"
          .formatted(
              count,
              bundles.count(),
              bundles.words(),
              BLOCKS_A_SECOND,
              BundlesEstimate.words(Duration.ofSeconds(count / BLOCKS_A_SECOND)));
    }
  }

  /** For the operator, as a sentence. */
  public String words() {
    final List<String> parts = new ArrayList<>();
    snapshot.ifPresent(part -> parts.add(part.words()));
    blocks.ifPresent(part -> parts.add(part.words()));
    return String.join("; then ", parts);
  }
}
