package dev.understudy.shim.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StagesTest {
  private final Stages stages = new Stages();
  private final CountDownLatch never = new CountDownLatch(1);

  @Test
  void firstFailureIsKeptAndStopsTheRest() {
    final IllegalStateException first = new IllegalStateException("first");
    stages.start("waiting", never::await);
    stages.start(
        "failing",
        () -> {
          throw first;
        });
    stages.join();
    stages.fail(new IllegalStateException("second"));
    assertThat(stages.failure()).isSameAs(first);
    assertThat(stages.stopRequested()).isFalse();
  }

  @Test
  void stopByRequestIsNoFailure() {
    stages.start("waiting", never::await);
    stages.requestStop();
    stages.join();
    stages.fail(new IllegalStateException("what an interrupted step makes of it"));
    assertThat(stages.failure()).isNull();
    assertThat(stages.stopRequested()).isTrue();
  }

  @Test
  void stepStartedAfterAnAbortNeverRuns() {
    final AtomicBoolean ran = new AtomicBoolean();
    stages.abort();
    stages.start("late", () -> ran.set(true));
    stages.join();
    assertThat(ran).isFalse();
  }

  @Test
  void abortActionsRunOnceAndAtOnceAfterAnAbort() {
    final List<String> done = new ArrayList<>();
    stages.onAbort(() -> done.add("early"));
    stages.abort();
    stages.abort();
    stages.onAbort(() -> done.add("late"));
    assertThat(done).containsExactly("early", "late");
  }

  @Test
  void interruptOfTheCallerDoesNotEndTheWaiting() {
    final AtomicBoolean ended = new AtomicBoolean();
    final CountDownLatch release = new CountDownLatch(1);
    final Thread writer =
        new Thread(
            () -> {
              try {
                release.await();
              } catch (final InterruptedException e) {
                return;
              }
              ended.set(true);
            });
    writer.start();
    final Thread caller = Thread.currentThread();
    caller.interrupt();
    new Thread(
            () -> {
              Awaitility.await().until(() -> caller.getState() == Thread.State.WAITING);
              release.countDown();
            })
        .start();
    assertThat(Stages.joinInOrder(writer)).isTrue();
    assertThat(ended).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
