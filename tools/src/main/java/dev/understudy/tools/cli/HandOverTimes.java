package dev.understudy.tools.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a chain stood still between our last block and the node's first own one: our part until
 * the node was started, then the node's. Seen from here, so that the node's part may be told up to
 * the interval long at which it is asked too long. For one thread.
 */
final class HandOverTimes {
  private final LongSupplier nanoClock;
  private OptionalLong lastBlock = OptionalLong.empty();
  private OptionalLong started = OptionalLong.empty();
  private OptionalLong firstBlock = OptionalLong.empty();
  private long handedOver;

  HandOverTimes() {
    this(System::nanoTime);
  }

  /** With another clock than the machine's. */
  HandOverTimes(final LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** When the last block was executed here, by the machine's nanoseconds; empty for none. */
  void executed(final OptionalLong nanos) {
    lastBlock = nanos;
  }

  void started(final long height) {
    handedOver = height;
    started = OptionalLong.of(nanoClock.getAsLong());
  }

  /** What the node has by now; the first height of its own counts. */
  void saw(final long height) {
    if (started.isPresent() && firstBlock.isEmpty() && height > handedOver) {
      firstBlock = OptionalLong.of(nanoClock.getAsLong());
    }
  }

  /**
   * As a sentence; empty before the node has a block of its own, or where it was not started here.
   */
  Optional<String> words() {
    if (firstBlock.isEmpty()) {
      return Optional.empty();
    }
    final String nodes = seconds(firstBlock.getAsLong() - started.getAsLong());
    return Optional.of(
        lastBlock.isEmpty()
            ? "%s from the node's start to its first own block".formatted(nodes)
            : "%s from our last block to the node's first own one: %s until it was started, %s its own"
                .formatted(
                    seconds(firstBlock.getAsLong() - lastBlock.getAsLong()),
                    seconds(started.getAsLong() - lastBlock.getAsLong()),
                    nodes));
  }

  private static String seconds(final long nanos) {
    return String.format(Locale.ROOT, "%.1f s", (double) nanos / TimeUnit.SECONDS.toNanos(1));
  }
}
