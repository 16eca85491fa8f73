package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BenchResultTest {

  @Test
  void takesTheMiddleValueAsTheMedian() {
    assertThat(BenchResult.median(9, 1, 5)).hasValue(5);
  }

  @Test
  void takesTheMeanOfTheMiddleTwo() {
    assertThat(BenchResult.median(8, 1, 2, 4)).hasValue(3);
  }

  @Test
  void hasNoMedianOfNothing() {
    assertThat(BenchResult.median()).isEmpty();
  }
}
