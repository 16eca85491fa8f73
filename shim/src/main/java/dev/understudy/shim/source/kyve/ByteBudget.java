package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.SourceMetrics;
import java.util.TreeMap;

/**
 * The bytes that may lie ahead of the taker. Each bundle has a number in order; the one that the
 * taker waits for always gets what it asks, the others while there is room, the lowest first. So
 * the bytes never exceed the limit by more than one bundle, and nothing can wait in a circle.
 * Thread-safe.
 */
final class ByteBudget {
  private static final double FIRST_GUESS = 256.0 * 1024;

  private final long limit;
  private final SourceMetrics metrics;
  private final TreeMap<Long, Integer> waiting = new TreeMap<>();
  private long used;
  private long awaited = -1;
  private double usualBytes;

  ByteBudget(final long limit, final SourceMetrics metrics) {
    this.limit = limit;
    this.metrics = metrics;
    this.usualBytes = Math.min(FIRST_GUESS, limit / 8.0);
  }

  /** Waits until these bytes may be used for the bundle with this number. */
  synchronized void take(final long number, final long bytes) throws InterruptedException {
    waiting.merge(number, 1, Integer::sum);
    try {
      while (number != awaited && (used + bytes > limit || waiting.firstKey() != number)) {
        wait();
      }
      used += bytes;
      metrics.addBytesAhead(bytes);
    } finally {
      waiting.computeIfPresent(number, (same, count) -> count == 1 ? null : count - 1);
      notifyAll();
    }
  }

  synchronized void give(final long bytes) {
    used -= bytes;
    metrics.addBytesAhead(-bytes);
    notifyAll();
  }

  /** The taker now waits for this bundle. */
  synchronized void await(final long number) {
    awaited = number;
    notifyAll();
  }

  /** A bundle had this size; the next ones are expected to be like it. */
  synchronized void saw(final long bytes) {
    usualBytes += 0.25 * (bytes - usualBytes);
  }

  /** What to set aside for a bundle of unknown size. */
  synchronized long usualBytes() {
    return Math.max(1, (long) usualBytes);
  }
}
