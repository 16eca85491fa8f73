package dev.understudy.shim.snapshot;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.ItemKey;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots of a pool, found by the keys of its bundles: {@code height/0} to {@code
 * height/(chunks - 1)}, a bundle each, with numbers in a row. For one thread.
 */
public final class SnapshotCatalog {
  private final BundleSource source;

  public SnapshotCatalog(final BundleSource source) {
    this.source = source;
  }

  /**
   * A snapshot as listed; the newest one may not be whole yet.
   *
   * @param first the bundle with chunk 0
   * @param last the bundle with the highest chunk
   */
  public record Listed(long height, BundleRef first, BundleRef last) {
    public long chunks() {
      return last.toKey().chunk() + 1;
    }
  }

  /** The newest snapshot that is not above a height. */
  public Optional<Listed> newestAtOrBelow(final long height)
      throws FailureException, InterruptedException {
    final Optional<BundleRef> last = source.lastAtOrBelow(height);
    return last.isEmpty() ? Optional.empty() : Optional.of(listed(last.get()));
  }

  /** From the newest to the oldest, so many at most. */
  public List<Listed> newest(final int most) throws FailureException, InterruptedException {
    final List<Listed> found = new ArrayList<>();
    Optional<Listed> next = newestAtOrBelow(Long.MAX_VALUE);
    while (next.isPresent() && found.size() < most) {
      found.add(next.get());
      final long before = next.get().first().id() - 1;
      next = before < 0 ? Optional.empty() : Optional.of(listed(source.bundle(before)));
    }
    return found;
  }

  /** The oldest snapshot of the pool. */
  public Optional<Listed> oldest() throws FailureException, InterruptedException {
    final Optional<Long> first =
        source.pool().totalBundles() == 0
            ? Optional.empty()
            : Optional.of(source.bundle(0).firstHeight());
    return first.isEmpty() ? Optional.empty() : newestAtOrBelow(first.get());
  }

  /** The next newer snapshot. */
  public Optional<Listed> after(final Listed listed) throws FailureException, InterruptedException {
    final long next = listed.last().id() + 1;
    if (next >= source.pool().totalBundles()) {
      return Optional.empty();
    }
    return newestAtOrBelow(source.bundle(next).firstHeight());
  }

  private Listed listed(final BundleRef last) throws FailureException, InterruptedException {
    final ItemKey key = last.toKey();
    final long firstId = last.id() - key.chunk();
    if (firstId < 0) {
      throw incomplete(last);
    }
    final BundleRef first = firstId == last.id() ? last : source.bundle(firstId);
    if (!first.fromKey().equals(new ItemKey(key.height(), 0))) {
      throw incomplete(last);
    }
    return new Listed(key.height(), first, last);
  }

  private static FailureException incomplete(final BundleRef last) {
    return new FailureException(
        FailureKind.ARCHIVE,
        "pool %d does not hold all of the snapshot of height %d: bundle %d has chunk %d, and the"
                .formatted(last.poolId(), last.firstHeight(), last.id(), last.toKey().chunk())
            + " chunks before it do not stand in front of it",
        "Take another snapshot with --target-height, or another pool.");
  }
}
