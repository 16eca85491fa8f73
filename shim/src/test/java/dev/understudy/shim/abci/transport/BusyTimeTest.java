package dev.understudy.shim.abci.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BusyTimeTest {
  private final AtomicLong clock = new AtomicLong(1_000);
  private final BusyTime time = new BusyTime(clock::get);

  @Test
  void timeWithoutARequestIsIdle() {
    clock.addAndGet(30);
    time.begin();
    clock.addAndGet(70);
    time.end();
    clock.addAndGet(100);

    assertThat(time.sample()).isEqualTo(new BusyTime.Sample(70, 130));
    assertThat(time.sample().idleShare()).isEqualTo(0.65);
  }

  @Test
  void callInProgressIsBusyAlready() {
    time.begin();
    clock.addAndGet(40);

    assertThat(time.sample()).isEqualTo(new BusyTime.Sample(40, 0));
  }

  @Test
  void sampleSinceAnotherCountsOnlyWhatWasAdded() {
    clock.addAndGet(10);
    final BusyTime.Sample first = time.sample();
    time.begin();
    clock.addAndGet(5);
    time.end();

    assertThat(time.sample().since(first)).isEqualTo(new BusyTime.Sample(5, 0));
  }
}
