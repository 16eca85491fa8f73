package dev.understudy.shim.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class AnswerThreadsTest {
  private final AnswerThreads threads = new AnswerThreads("answers", 20);
  private final CountDownLatch begun = new CountDownLatch(2);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger made = new AtomicInteger();

  @AfterEach
  void end() {
    goOn.countDown();
    threads.close();
  }

  private void makeSlowly() {
    begun.countDown();
    try {
      if (goOn.await(20, TimeUnit.SECONDS)) {
        made.incrementAndGet();
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void refusesWhatGoesBeyondTheQueue() throws InterruptedException {
    assertThat(threads.offer(this::makeSlowly)).isTrue();
    assertThat(threads.offer(this::makeSlowly)).isTrue();
    begun.await();
    int waiting = 0;
    while (waiting < 1000 && threads.offer(made::incrementAndGet)) {
      waiting++;
    }
    assertThat(waiting).isEqualTo(64);
  }

  @Test
  void makesWhatWaitsBeforeItIsClosed() throws InterruptedException {
    threads.offer(this::makeSlowly);
    threads.offer(this::makeSlowly);
    begun.await();
    threads.offer(made::incrementAndGet);
    threads.takeNoMore();
    assertThat(threads.offer(made::incrementAndGet)).isFalse();
    goOn.countDown();
    threads.close();
    assertThat(made).hasValue(3);
  }
}
