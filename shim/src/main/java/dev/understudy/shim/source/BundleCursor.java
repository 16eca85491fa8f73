package dev.understudy.shim.source;

import dev.understudy.types.FailureException;
import java.util.Optional;

/** Bundles in ascending order, fetched ahead. One thread takes; any thread may close. */
public interface BundleCursor extends AutoCloseable {

  /**
   * Waits for the next bundle, which is then whole on disk and has the promised hash. Empty after
   * the last asked-for height, at the archive's end (unless the source follows it) and after {@link
   * #close}. Each bundle must be closed by the taker; those not closed count against the prefetch
   * budget. After a failure there are no more bundles.
   */
  Optional<FetchedBundle> next() throws FailureException, InterruptedException;

  /** Stops fetching, waits for it to stop, wakes a waiting taker; closing twice is harmless. */
  @Override
  void close();
}
