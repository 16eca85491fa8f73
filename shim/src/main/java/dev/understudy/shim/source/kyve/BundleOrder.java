package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import org.jspecify.annotations.Nullable;

/** Checks that listed bundles follow each other without a gap, an overlap or a step back. */
final class BundleOrder {
  private final PoolRuntime runtime;
  private long expectedHeight;
  private @Nullable BundleRef before;

  BundleOrder(final PoolRuntime runtime, final long firstHeight) {
    this.runtime = runtime;
    this.expectedHeight = firstHeight;
  }

  void accept(final BundleRef ref) throws FailureException {
    final BundleRef last = before;
    if (last != null && last.toKey().compareTo(ref.fromKey()) >= 0) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          ref.label() + " does not begin above " + last.label(),
          "The archive's list is out of order: ask another address of the chain's REST.");
    }
    if (runtime.holdsBlocks() && ref.firstHeight() > expectedHeight) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          "pool "
              + ref.poolId()
              + " has a gap: heights "
              + expectedHeight
              + " to "
              + (ref.firstHeight() - 1)
              + " are missing before bundle "
              + ref.id(),
          "Another pool of the same chain, or an archive of your own, may have these heights; with"
              + " a snapshot above them the sync can begin there.");
    }
    before = ref;
    expectedHeight = ref.lastHeight() + 1;
  }
}
