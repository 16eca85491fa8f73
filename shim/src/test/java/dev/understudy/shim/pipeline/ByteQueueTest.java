package dev.understudy.shim.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteQueueTest {
  private final ByteQueue<String> queue = new ByteQueue<>(10, String::length);

  /** Puts from a thread of its own, which is waited for until it waits or has ended. */
  private Putting putting(final String item) {
    final CompletableFuture<Boolean> result = new CompletableFuture<>();
    final Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(queue.put(item));
              } catch (final InterruptedException e) {
                result.completeExceptionally(e);
              }
            });
    thread.start();
    Awaitility.await().until(() -> result.isDone() || thread.getState() == Thread.State.WAITING);
    return new Putting(result);
  }

  private record Putting(CompletableFuture<Boolean> result) {
    boolean waits() {
      return !result.isDone();
    }
  }

  @Test
  void keepsTheOrder() throws Exception {
    queue.put("a");
    queue.put("b");
    assertThat(queue.take()).isEqualTo("a");
    assertThat(queue.take()).isEqualTo("b");
  }

  @Test
  void putWaitsForRoomInBytes() throws Exception {
    queue.put("12345");
    queue.put("67890");
    final Putting third = putting("x");
    assertThat(third.waits()).isTrue();
    queue.take();
    assertThat(third.result().get(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void oversizeItemPassesAlone() throws Exception {
    assertThat(putting("much more than ten").waits()).isFalse();
    final Putting behind = putting("x");
    assertThat(behind.waits()).isTrue();
    assertThat(queue.take()).isEqualTo("much more than ten");
    assertThat(behind.result().get(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void finishedQueueGivesWhatIsLeftAndThenItsEnd() throws Exception {
    queue.put("a");
    queue.finish();
    assertThat(queue.isDrained()).isFalse();
    assertThat(queue.take()).isEqualTo("a");
    assertThat(queue.isDrained()).isTrue();
    assertThat(queue.take()).isNull();
    assertThat(queue.take(1, TimeUnit.DAYS)).isNull();
  }

  @Test
  void failureComesAfterTheItemsAndEachTime() throws Exception {
    final FailureException failure = new FailureException(FailureKind.ARCHIVE, "broken", "mend it");
    queue.put("a");
    queue.finish(failure);
    assertThat(queue.take()).isEqualTo("a");
    assertThat(queue.take(1, TimeUnit.DAYS)).isNull();
    assertThat(queue.isDrained()).as("the failure is still to come").isFalse();
    assertThatThrownBy(queue::take).isSameAs(failure);
    assertThatThrownBy(queue::take).isSameAs(failure);
  }

  @Test
  void abortDropsItemsAndWakesEverybody() throws Exception {
    queue.put("1234567890");
    final Putting waiting = putting("x");
    queue.abort();
    assertThat(waiting.result().get(5, TimeUnit.SECONDS)).isFalse();
    assertThat(queue.take()).isNull();
    assertThat(queue.put("y")).isFalse();
    assertThat(queue.isDrained()).isTrue();
  }

  @Test
  void takeGivesUpInTime() throws Exception {
    assertThat(queue.take(1, TimeUnit.MILLISECONDS)).isNull();
    assertThat(queue.isDrained()).isFalse();
  }
}
