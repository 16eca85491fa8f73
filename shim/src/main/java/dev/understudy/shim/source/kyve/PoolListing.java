package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.types.FailureException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lists the bundles that hold a range of heights, checked for order and gaps; at the archive's end
 * it ends, or looks again and again for new bundles where the source follows.
 */
final class PoolListing implements PrefetchCursor.Listing {
  private final SourceConfig config;
  private final KyveRest rest;
  private final BundleList list;
  private final CountDownLatch closed;
  private final long from;
  private final long to;
  private PoolInfo pool;

  PoolListing(
      final SourceConfig config,
      final KyveRest rest,
      final BundleList list,
      final CountDownLatch closed,
      final PoolInfo pool,
      final long from,
      final long to) {
    this.config = config;
    this.rest = rest;
    this.list = list;
    this.closed = closed;
    this.pool = pool;
    this.from = from;
    this.to = to;
  }

  @Override
  public void list(final PrefetchCursor.Sink sink) throws FailureException, InterruptedException {
    while (!reaches(from)) {
      if (!config.follow()) {
        return;
      }
      lookAgain();
    }
    final BundleOrder order = new BundleOrder(pool.runtime(), from);
    long next = new BundleLocator(rest, list).locate(pool, from);
    while (true) {
      if (next >= pool.totalBundles()) {
        if (!config.follow()) {
          return;
        }
        lookAgain();
        continue;
      }
      for (final BundleRef ref : list.from(next)) {
        if (next >= pool.totalBundles()) {
          break;
        }
        if (!pool.runtime().holdsBlocks() && ref.firstHeight() > to) {
          return; // in a block pool this is a gap
        }
        order.accept(ref);
        sink.add(ref);
        next++;
        // a snapshot's chunks share its height: only the next one's first tells that it ends
        if (pool.runtime().holdsBlocks() && ref.lastHeight() >= to) {
          return;
        }
      }
    }
  }

  private boolean reaches(final long height) {
    return pool.totalBundles() > 0
        && pool.currentHeight().map(current -> current >= height).orElse(false);
  }

  private void lookAgain() throws FailureException, InterruptedException {
    if (closed.await(config.patience().pollInterval().toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("the source was closed");
    }
    pool = rest.pool();
  }
}
