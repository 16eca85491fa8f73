package dev.understudy.tools.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a chain stood still between our last block and the node's first own one: our part until
 * the node was started, its boot until its RPC answers, and its search for peers and the block.
 * Seen from here, so that each of the node's parts may be told up to the interval too long at which
 * it is asked. For one thread.
 */
final class HandOverTimes {
  private final LongSupplier nanoClock;
  private OptionalLong lastBlock = OptionalLong.empty();
  private OptionalLong started = OptionalLong.empty();
  private OptionalLong booted = OptionalLong.empty();
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

  /** What the node says that it has: the first answer counts, and the first height of its own. */
  void saw(final long height) {
    if (started.isPresent() && booted.isEmpty()) {
      booted = OptionalLong.of(nanoClock.getAsLong());
    }
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
    final String nodes =
        "%s its boot, %s until that block"
            .formatted(seconds(started, booted), seconds(booted, firstBlock));
    return Optional.of(
        lastBlock.isEmpty()
            ? "%s from the node's start to its first own block: %s"
                .formatted(seconds(started, firstBlock), nodes)
            : "%s from our last block to the node's first own one: %s until it was started, %s"
                .formatted(seconds(lastBlock, firstBlock), seconds(lastBlock, started), nodes));
  }

  private static String seconds(final OptionalLong from, final OptionalLong to) {
    final long nanos = to.getAsLong() - from.getAsLong();
    return String.format(Locale.ROOT, "%.1f s", (double) nanos / TimeUnit.SECONDS.toNanos(1));
  }
}
