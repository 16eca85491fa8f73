package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HandOverTimesTest {
  private final AtomicLong now = new AtomicLong();
  private final HandOverTimes times = new HandOverTimes(now::get);

  @Test
  void ourPartAndTheNodesTwoAreToldApart() {
    times.executed(OptionalLong.of(0));
    pass(1_500);
    times.started(29);
    pass(4_000);
    times.saw(29);
    assertThat(times.words()).isEmpty();
    pass(2_000);
    times.saw(31);
    pass(9_000);
    times.saw(32);

    assertThat(times.words())
        .contains(
            "7.5 s from our last block to the node's first own one: 1.5 s until it was"
                + " started, 4.0 s its boot, 2.0 s until that block");
  }

  @Test
  void withoutBlocksOfOursOnlyTheNodesPartsAreTold() {
    times.executed(OptionalLong.empty());
    times.started(29);
    pass(3_000);
    times.saw(30);

    assertThat(times.words())
        .contains(
            "3.0 s from the node's start to its first own block: 3.0 s its boot, 0.0 s until that"
                + " block");
  }

  @Test
  void nodeThatAnEarlierRunStartedIsNotTimed() {
    times.saw(40);

    assertThat(times.words()).isEmpty();
  }

  private void pass(final long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
