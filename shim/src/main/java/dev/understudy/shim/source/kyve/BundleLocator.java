package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.types.FailureException;
import java.util.Optional;

/**
 * Finds the first bundle that reaches a height. Bundle ids are dense and keys ascend, so that a
 * search by halves is always right; the chain's own index is right only in a pool without gaps and
 * serves as a first guess.
 */
final class BundleLocator {
  private final KyveRest rest;
  private final BundleList list;

  BundleLocator(final KyveRest rest, final BundleList list) {
    this.rest = rest;
    this.list = list;
  }

  /** The lowest bundle id whose last height is not below; the pool must have archived it. */
  long locate(final PoolInfo pool, final long height)
      throws FailureException, InterruptedException {
    if (height <= pool.startHeight()) {
      return 0;
    }
    long low = 0;
    long high = pool.totalBundles() - 1;
    if (pool.runtime().holdsBlocks()) {
      final Optional<BundleRef> guess = rest.bundleOfIndex(height - pool.startHeight());
      if (guess.isPresent() && guess.get().id() <= high) {
        final BundleRef ref = guess.get();
        if (ref.lastHeight() < height) {
          low = ref.id() + 1;
        } else if (ref.firstHeight() > height) {
          high = ref.id();
        } else {
          return ref.id();
        }
      }
    }
    while (low < high) {
      final long middle = low + (high - low) / 2;
      if (list.one(middle).lastHeight() < height) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The highest bundle id whose first height is not above; empty if there is none. */
  Optional<BundleRef> lastAtOrBelow(final PoolInfo pool, final long height)
      throws FailureException, InterruptedException {
    long low = 0;
    long high = pool.totalBundles();
    Optional<BundleRef> found = Optional.empty();
    while (low < high) {
      final long middle = low + (high - low) / 2;
      final BundleRef ref = list.one(middle);
      if (ref.firstHeight() <= height) {
        found = Optional.of(ref);
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return found;
  }
}
