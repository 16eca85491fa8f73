package dev.understudy.types.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class FirstFailurePropertyTest {
  @SuppressWarnings("NullAway.Init")
  private static ExecutorService helpers;

  @BeforeContainer
  static void start() {
    helpers = Executors.newFixedThreadPool(3);
  }

  @AfterContainer
  static void stop() {
    helpers.shutdownNow();
  }

  @Property(tries = 500)
  void threadsFindWhatOneThreadFinds(
      @ForAll @IntRange(max = 200) final int count,
      @ForAll final Set<@IntRange(max = 220) Integer> bad) {
    assertThat(new FirstFailure(count, i -> !bad.contains(i)).find(helpers))
        .isEqualTo(new FirstFailure(count, i -> !bad.contains(i)).find());
  }

  @Property(tries = 100)
  void everyCheckIsMadeWhenNoneFails(@ForAll @IntRange(max = 200) final int count) {
    final Set<Integer> made = ConcurrentHashMap.newKeySet();
    assertThat(new FirstFailure(count, made::add).find(helpers)).isEmpty();
    assertThat(made).hasSize(count);
  }

  @Example
  void aClosedExecutorCostsOnlySpeed() {
    final BitSet made = new BitSet();
    final FirstFailure check =
        new FirstFailure(
            50,
            i -> {
              made.set(i);
              return true;
            });
    assertThat(
            check.find(
                task -> {
                  throw new RejectedExecutionException("closed");
                }))
        .isEmpty();
    assertThat(made.cardinality()).isEqualTo(50);
  }

  @Example
  void anExecutorThatNeverStartsIsNotWaitedFor() {
    assertThat(new FirstFailure(50, i -> i != 20).find(task -> {})).isEqualTo(OptionalInt.of(20));
  }

  @Example
  void checksThatBreakOffNeverPass() {
    assertThatThrownBy(
            () ->
                new FirstFailure(
                        50,
                        i -> {
                          if (i == 30) {
                            throw new LinkageError("gone");
                          }
                          return true;
                        })
                    .find(helpers))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("gone");
  }
}
