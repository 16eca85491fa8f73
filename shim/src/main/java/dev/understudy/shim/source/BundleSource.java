package dev.understudy.shim.source;

import dev.understudy.types.FailureException;
import java.util.List;
import java.util.Optional;

/**
 * An archive of bundles of one pool. Calls block; they may be made from any thread but an event
 * loop. Whoever opened the source closes it, and that closes its cursors.
 */
public interface BundleSource extends AutoCloseable {

  /** Asks the archive for the pool's facts, anew each time. */
  PoolInfo pool() throws FailureException, InterruptedException;

  /**
   * Starts to fetch the bundles that hold the heights, both ends inclusive. In a block pool the
   * first bundle holds {@code fromHeight}, and no height is missing between that and the last; a
   * pool that lacks one is a failure, which names the missing heights and comes when the cursor
   * reaches the gap. A {@code toHeight} above the archive's end is no failure.
   */
  BundleCursor open(long fromHeight, long toHeight) throws FailureException, InterruptedException;

  /** Starts to fetch these bundles of the list, in this order. */
  BundleCursor fetch(List<BundleRef> refs) throws FailureException, InterruptedException;

  /**
   * The bundle with the highest keys that begins at or below a height, found by the keys of the
   * list; empty when all of the pool lies above.
   */
  Optional<BundleRef> lastAtOrBelow(long height) throws FailureException, InterruptedException;

  /** A bundle of the list by its number. */
  BundleRef bundle(long id) throws FailureException, InterruptedException;

  /** What the archive's chain says of how a bundle was finalized. */
  Finalization finalization(long id) throws FailureException, InterruptedException;

  /**
   * Drops what was kept of the pool's list: something in it led to data that proved wrong, and the
   * next run is to ask the archive anew. Not while a cursor is open.
   */
  void forgetList() throws FailureException;

  /** What this source has done so far. */
  SourceMetrics metrics();

  /** Stops all cursors and connections; closing twice is harmless. */
  @Override
  void close();
}
