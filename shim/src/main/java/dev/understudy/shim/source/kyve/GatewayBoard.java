package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.kyve.GatewayFault.Weight;
import io.github.resilience4j.core.IntervalFunction;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which gateway gets the next piece of work. A gateway's worth is the speed it showed times the
 * trust it kept, shared among the requests it is busy with; one that throttles or keeps failing
 * rests for a while. Worth comes back with time, so that a gateway that recovered is found again.
 * Thread-safe.
 */
final class GatewayBoard {
  private static final double NEW_SAMPLE_SHARE = 0.3;
  private static final double RECOVERY_SHARE = 0.1;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double WORTH_DOUBLES_AFTER_SECONDS = 30;
  private static final double LEAST_BYTES_PER_SECOND = 1024;
  private static final int FAILURES_BEFORE_REST = 3;

  private final LongSupplier nanoClock;
  private final SourceMetrics metrics;
  private final IntervalFunction backoff;
  private final long longestRestNanos;
  private final Map<URI, Gateway> gateways = new HashMap<>();

  GatewayBoard(
      final LongSupplier nanoClock, final SourceMetrics metrics, final SourcePatience patience) {
    this.nanoClock = nanoClock;
    this.metrics = metrics;
    this.longestRestNanos = patience.longestBackoff().toNanos();
    this.backoff =
        patience.longestBackoff().compareTo(patience.firstBackoff()) > 0
            ? IntervalFunction.ofExponentialRandomBackoff(
                patience.firstBackoff(), 2.0, 0.5, patience.longestBackoff())
            : IntervalFunction.ofRandomized(patience.firstBackoff(), 0.5);
  }

  /** The gateways at these addresses; the same address always gives the same gateway. */
  synchronized List<Gateway> at(final List<URI> addresses) {
    return addresses.stream()
        .map(
            address ->
                gateways.computeIfAbsent(
                    address, unknown -> new Gateway(unknown, nanoClock.getAsLong())))
        .toList();
  }

  long now() {
    return nanoClock.getAsLong();
  }

  /** The wait, with jitter, before the try after this many failed ones. */
  long backoffNanos(final int failedTries) {
    return Duration.ofMillis(backoff.apply(failedTries)).toNanos();
  }

  /** When the gateway may be asked again; in the past if it is not resting. */
  synchronized long restUntil(final Gateway gateway) {
    return gateway.restUntilNanos;
  }

  /** The best of those that don't rest; it counts as busy until its outcome is told. */
  synchronized Optional<Gateway> pick(final Collection<Gateway> candidates) {
    final long now = now();
    final double best = bestRate();
    final Optional<Gateway> chosen =
        candidates.stream()
            .filter(gateway -> gateway.restUntilNanos - now <= 0)
            .max(
                Comparator.<Gateway>comparingDouble(gateway -> worth(gateway, best, now))
                    .thenComparingLong(gateway -> now - gateway.lastUseNanos));
    chosen.ifPresent(
        gateway -> {
          gateway.inFlight++;
          gateway.lastUseNanos = now;
        });
    return chosen;
  }

  private double worth(final Gateway gateway, final double best, final long now) {
    final double idle = (double) (now - gateway.lastUseNanos) / NANOS_PER_SECOND;
    final double recovery = Math.pow(2, Math.min(idle / WORTH_DOUBLES_AFTER_SECONDS, 60));
    final double rate =
        gateway.bytesPerSecond == 0 ? best : Math.min(best, gateway.bytesPerSecond * recovery);
    final double trust = Math.min(1, gateway.trust * recovery);
    return rate * trust / (1 + gateway.inFlight);
  }

  private double bestRate() {
    return gateways.values().stream().mapToDouble(gateway -> gateway.bytesPerSecond).max().orElse(0)
        + LEAST_BYTES_PER_SECOND;
  }

  synchronized void succeeded(final Gateway gateway, final long bytes, final long nanos) {
    over(gateway);
    gateway.failuresInRow = 0;
    gateway.trust += RECOVERY_SHARE * (1 - gateway.trust);
    sample(gateway, bytes, nanos);
    gateway.durationNanos = mixed(gateway.durationNanos, (double) nanos);
  }

  /** A request was cut short by us; what it showed of the gateway's speed still counts. */
  synchronized void abandoned(
      final Gateway gateway, final long bytes, final long nanos, final boolean tooSlow) {
    over(gateway);
    if (tooSlow) {
      sample(gateway, bytes, nanos);
    }
  }

  synchronized void failed(final Gateway gateway, final GatewayFault fault) {
    over(gateway);
    metrics.countFailure(gateway.toString());
    gateway.failuresInRow++;
    gateway.trust *=
        switch (fault.weight()) {
          case PASSING -> 0.7;
          case THROTTLED -> 0.8;
          case REFUSED -> 0.9;
          case LIED -> 0.5;
        };
    final long wished = fault.retryAfter().map(GatewayBoard::saturatedNanos).orElse(0L);
    final boolean rests =
        fault.weight() == Weight.THROTTLED
            || (fault.weight() == Weight.PASSING && gateway.failuresInRow >= FAILURES_BEFORE_REST);
    if (rests) {
      final long own = backoffNanos(Math.min(gateway.failuresInRow, 30));
      final long rest = wished > 0 ? wished : own;
      gateway.restUntilNanos = now() + Math.min(rest, longestRestNanos);
    }
  }

  private static long saturatedNanos(final Duration duration) {
    return duration.toSeconds() > Integer.MAX_VALUE
        ? Duration.ofSeconds(Integer.MAX_VALUE).toNanos()
        : duration.toNanos();
  }

  /** How long a download of this size takes where it is fast; empty while nothing is known. */
  synchronized Optional<Duration> usualTime(final long bytes) {
    final double fastest =
        gateways.values().stream()
            .mapToDouble(gateway -> gateway.durationNanos)
            .filter(duration -> duration > 0)
            .min()
            .orElse(0);
    if (fastest == 0) {
      return Optional.empty();
    }
    final double bySize = bytes / bestRate() * NANOS_PER_SECOND;
    return Optional.of(Duration.ofNanos((long) Math.max(fastest, bySize)));
  }

  private void over(final Gateway gateway) {
    gateway.inFlight--;
    gateway.lastUseNanos = now();
  }

  private static void sample(final Gateway gateway, final long bytes, final long nanos) {
    final double rate = bytes * NANOS_PER_SECOND / Math.max(nanos, 1);
    gateway.bytesPerSecond = mixed(gateway.bytesPerSecond, Math.max(rate, LEAST_BYTES_PER_SECOND));
  }

  private static double mixed(final double old, final double sample) {
    return old == 0 ? sample : old + NEW_SAMPLE_SHARE * (sample - old);
  }
}
