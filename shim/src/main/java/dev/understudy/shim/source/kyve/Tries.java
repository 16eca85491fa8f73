package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.kyve.GatewayFault.Weight;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The tries to get one thing from any of several gateways: whom to ask next and when, and what went
 * wrong so far. Another gateway is asked at once, the same one only after a growing wait. Used by
 * one thread.
 */
final class Tries {
  // a thing that is not there is looked for again only a few times
  private static final int REFUSAL_COUNTS_AS = 3;

  private final List<Gateway> gateways;
  private final GatewayBoard board;
  private final int triesEach;
  private final SourceMetrics metrics;
  private final CountDownLatch closed;
  private final Map<Gateway, Integer> used = new HashMap<>();
  private final Map<Gateway, Long> notBefore = new HashMap<>();
  private final Map<Gateway, String> reasons = new LinkedHashMap<>();
  private final Map<Gateway, Integer> failures = new HashMap<>();

  Tries(
      final List<Gateway> gateways,
      final GatewayBoard board,
      final SourcePatience patience,
      final SourceMetrics metrics,
      final CountDownLatch closed) {
    this.gateways = gateways;
    this.board = board;
    this.triesEach = patience.tries();
    this.metrics = metrics;
    this.closed = closed;
  }

  /**
   * Waits until a gateway may be asked; empty when all tries are used up.
   *
   * @throws InterruptedException also when the source is closed meanwhile
   */
  Optional<Gateway> next() throws InterruptedException {
    while (true) {
      final List<Gateway> left =
          gateways.stream().filter(gateway -> used.getOrDefault(gateway, 0) < triesEach).toList();
      if (left.isEmpty()) {
        return Optional.empty();
      }
      final Optional<Gateway> ready = readyNow(Set.of());
      if (ready.isPresent()) {
        if (!reasons.isEmpty()) {
          metrics.countRetry();
        }
        return ready;
      }
      final long now = board.now();
      final long wait =
          left.stream().mapToLong(gateway -> readyAt(gateway, now) - now).min().orElse(0);
      if (closed.await(Math.max(wait, 1), TimeUnit.NANOSECONDS)) {
        throw new InterruptedException("the source was closed");
      }
    }
  }

  /** A gateway that may be asked now and is none of those; empty rather than waiting. */
  Optional<Gateway> readyNow(final Set<Gateway> busy) {
    final long now = board.now();
    return board.pick(
        gateways.stream()
            .filter(gateway -> !busy.contains(gateway))
            .filter(gateway -> used.getOrDefault(gateway, 0) < triesEach)
            .filter(gateway -> readyAt(gateway, now) - now <= 0)
            .toList());
  }

  private long readyAt(final Gateway gateway, final long now) {
    final long own = notBefore.getOrDefault(gateway, now);
    final long rest = board.restUntil(gateway);
    return own - rest >= 0 ? own : rest;
  }

  void failed(final Gateway gateway, final GatewayFault fault) {
    board.failed(gateway, fault);
    final int cost = fault.weight() == Weight.REFUSED ? REFUSAL_COUNTS_AS : 1;
    used.merge(gateway, cost, Integer::sum);
    final int failed = failures.merge(gateway, 1, Integer::sum);
    notBefore.put(gateway, board.now() + board.backoffNanos(failed));
    reasons.put(gateway, fault.reason());
  }

  /** What went wrong where, for a message; {@code suffix} completes the addresses. */
  String story(final String suffix) {
    return reasons.entrySet().stream()
        .map(
            entry ->
                entry.getKey().with(suffix)
                    + ": "
                    + entry.getValue()
                    + " ("
                    + failures.get(entry.getKey())
                    + " tries)")
        .collect(Collectors.joining("; "));
  }
}
