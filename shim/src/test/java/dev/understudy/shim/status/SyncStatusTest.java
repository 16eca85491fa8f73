package dev.understudy.shim.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SyncStatusTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicLong clock = new AtomicLong(-5 * SECOND);
  private final TestCounts sync = new TestCounts();
  private final SyncStatus status = new SyncStatus(sync::counts, clock::get);

  /** Seconds of a run, with a look after each; the app is busy in {@code busyShare} of each. */
  private SyncSnapshot seconds(final int seconds, final long blocks, final double busyShare) {
    SyncSnapshot last = status.snapshot();
    for (int i = 0; i < seconds; i++) {
      clock.addAndGet(SECOND);
      final long busy = (long) (busyShare * SECOND);
      sync.run(blocks, busy, SECOND - busy);
      last = status.snapshot();
    }
    return last;
  }

  @Test
  void nowIsTheLastFiveSecondsAndOverallTheWholeRun() {
    seconds(10, 100, 0.5);
    final SyncSnapshot snapshot = seconds(10, 300, 0.9);

    assertThat(snapshot.now().blocks()).isCloseTo(300, within(0.01));
    assertThat(snapshot.now().txs()).isCloseTo(900, within(0.01));
    assertThat(snapshot.now().bytes()).isCloseTo(300_000, within(0.01));
    assertThat(snapshot.now().appIdleShare().orElseThrow()).isCloseTo(0.1, within(1e-6));
    assertThat(snapshot.overall().blocks()).isCloseTo(200, within(0.01));
    assertThat(snapshot.overall().txs()).isCloseTo(600, within(0.01));
    assertThat(snapshot.overall().bytes()).isCloseTo(200_000, within(0.01));
    assertThat(snapshot.overall().appIdleShare().orElseThrow()).isCloseTo(0.3, within(1e-6));
  }

  @Test
  void aWindowHoldsBothSpeedsWhenTheyChangedWithinIt() {
    seconds(10, 100, 1);

    assertThat(seconds(2, 350, 1).now().blocks()).isCloseTo(200, within(0.01));
  }

  @Test
  void aRunThatStandsStillShowsNoSpeedNow() {
    seconds(10, 100, 1);

    assertThat(seconds(5, 0, 0).now().blocks()).isZero();
  }

  @Test
  void theFirstLookHasNoSpeedYet() {
    sync.run(50, 0, 0);

    assertThat(status.snapshot().now().blocks()).isZero();
  }

  @Test
  void looksCloseTogetherDontShortenTheWindow() {
    seconds(10, 100, 1);
    for (int i = 0; i < 1000; i++) {
      clock.addAndGet(SECOND / 1000);
      status.snapshot();
    }
    // 1 s without a block, 4 s of 100 a second
    assertThat(status.snapshot().now().blocks()).isCloseTo(80, within(0.5));
  }

  @Test
  void looksFarApartMakeTheWindowLonger() {
    status.snapshot();
    clock.addAndGet(200 * SECOND);
    sync.run(1000, 100 * SECOND, 100 * SECOND);

    assertThat(status.snapshot().now().blocks()).isCloseTo(5, within(0.01));
  }

  @Test
  void shareIsOfTheTargetHeight() {
    sync.target = OptionalLong.of(4000);

    assertThat(seconds(10, 100, 1).share()).hasValue(0.25);
  }

  @Test
  void thereIsNoShareAndNoEtaWithoutATarget() {
    final SyncSnapshot snapshot = seconds(10, 100, 1);

    assertThat(snapshot.share()).isEmpty();
    assertThat(snapshot.eta()).isEmpty();
  }

  @Test
  void etaIsWhatIsLeftAtTheLastMinutesSpeed() {
    sync.target = OptionalLong.of(100_000);
    seconds(100, 10, 1);

    // the last minute: 30 s of 10 blocks, 30 s of 30
    assertThat(seconds(30, 30, 1).eta()).contains(Duration.ofSeconds((100_000 - 1900) / 20));
  }

  @Test
  void thereIsNoEtaWhileNothingMoves() {
    sync.target = OptionalLong.of(100_000);
    seconds(10, 10, 1);

    assertThat(seconds(61, 0, 1).eta()).isEmpty();
  }

  @Test
  void etaIsZeroAtTheTarget() {
    sync.target = OptionalLong.of(1000);

    assertThat(seconds(10, 100, 1).eta()).contains(Duration.ZERO);
  }

  @Test
  void theAppsIdleShareIsUnknownBeforeItIsConnected() {
    sync.phase = SyncPhase.STARTING;
    clock.addAndGet(SECOND);

    final SyncSnapshot snapshot = status.snapshot();

    assertThat(snapshot.now().appIdleShare()).isEmpty();
    assertThat(snapshot.overall().appIdleShare()).isEmpty();
  }
}
