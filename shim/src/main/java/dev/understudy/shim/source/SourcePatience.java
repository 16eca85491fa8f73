package dev.understudy.shim.source;

import java.time.Duration;

/**
 * How long a source waits and how often it tries again.
 *
 * @param connectTimeout longest wait for a connection
 * @param stallTimeout longest wait for an answer's head, and the time in which at least a kilobyte
 *     of its body must come
 * @param hedgeAfter shortest time after which a download that is much slower than the others is
 *     started on another gateway too
 * @param tries tries on each gateway before a thing counts as not to be had
 * @param firstBackoff wait before the second try on the same gateway; doubles each time, with
 *     jitter
 * @param longestBackoff most that a wait between two tries grows to, a gateway's own wish included
 * @param pollInterval time between two looks for new bundles at the archive's end
 * @param maxRedirects redirects followed for one request
 */
public record SourcePatience(
    Duration connectTimeout,
    Duration stallTimeout,
    Duration hedgeAfter,
    int tries,
    Duration firstBackoff,
    Duration longestBackoff,
    Duration pollInterval,
    int maxRedirects) {

  public static final SourcePatience DEFAULTS =
      new SourcePatience(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMillis(500),
          8,
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          5);

  public SourcePatience {
    requirePositive(connectTimeout, "connect timeout");
    requirePositive(stallTimeout, "stall timeout");
    requirePositive(hedgeAfter, "hedge delay");
    requirePositive(firstBackoff, "first backoff");
    requirePositive(longestBackoff, "longest backoff");
    requirePositive(pollInterval, "poll interval");
    if (longestBackoff.compareTo(firstBackoff) < 0) {
      throw new IllegalArgumentException("the longest backoff is shorter than the first");
    }
    if (tries < 1 || tries > 1000) {
      throw new IllegalArgumentException("tries must be 1 to 1000");
    }
    if (maxRedirects < 0 || maxRedirects > 50) {
      throw new IllegalArgumentException("redirects must be 0 to 50");
    }
  }

  private static void requirePositive(final Duration duration, final String name) {
    if (duration.toMillis() < 1) {
      throw new IllegalArgumentException("the " + name + " must be at least a millisecond");
    }
  }
}
