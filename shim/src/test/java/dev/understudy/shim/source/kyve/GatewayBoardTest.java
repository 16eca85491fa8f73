package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.kyve.GatewayFault.Weight;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GatewayBoardTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong();
  private final SourceMetrics metrics = new SourceMetrics();
  private final GatewayBoard board = new GatewayBoard(nanos::get, metrics, SourcePatience.DEFAULTS);
  private final List<Gateway> both =
      board.at(List.of(URI.create("http://one"), URI.create("http://two")));
  private final Gateway one = both.get(0);
  private final Gateway two = both.get(1);

  private void succeed(final Gateway gateway, final long bytesPerSecond) {
    assertThat(board.pick(List.of(gateway))).contains(gateway);
    board.succeeded(gateway, bytesPerSecond, SECOND);
  }

  private void fail(final Gateway gateway, final GatewayFault fault) {
    assertThat(board.pick(List.of(gateway))).contains(gateway);
    board.failed(gateway, fault);
  }

  @Test
  void givesASlowGatewayLessWork() {
    succeed(one, 10_000_000);
    succeed(two, 50_000);
    for (int i = 0; i < 8; i++) {
      assertThat(board.pick(both)).contains(one);
    }
  }

  @Test
  void sharesWorkAmongGatewaysOfTheSameSpeed() {
    succeed(one, 10_000_000);
    succeed(two, 10_000_000);
    final Optional<Gateway> first = board.pick(both);
    assertThat(board.pick(both)).isPresent().isNotEqualTo(first);
  }

  @Test
  void avoidsAGatewayThatLied() {
    succeed(one, 10_000_000);
    succeed(two, 9_000_000);
    fail(one, new GatewayFault(Weight.LIED, "wrong hash"));
    assertThat(board.pick(both)).contains(two);
    assertThat(metrics.failuresByGateway()).containsEntry("http://one", 1L);
  }

  @Test
  void leavesAGatewayAloneForAsLongAsItWishes() {
    fail(one, new GatewayFault(Weight.THROTTLED, "429", Optional.of(Duration.ofSeconds(7))));
    nanos.addAndGet(6 * SECOND);
    assertThat(board.pick(List.of(one))).isEmpty();
    nanos.addAndGet(2 * SECOND);
    assertThat(board.pick(List.of(one))).contains(one);
  }

  @Test
  void doesNotGrantAWishLongerThanTheLongestBackoff() {
    fail(one, new GatewayFault(Weight.THROTTLED, "429", Optional.of(Duration.ofDays(900))));
    nanos.addAndGet(31 * SECOND);
    assertThat(board.pick(List.of(one))).contains(one);
  }

  @Test
  void triesASlowGatewayAgainLater() {
    succeed(one, 10_000_000);
    succeed(two, 1_000_000);
    board.pick(both);
    nanos.addAndGet(200 * SECOND);
    assertThat(board.pick(both)).contains(two);
  }
}
