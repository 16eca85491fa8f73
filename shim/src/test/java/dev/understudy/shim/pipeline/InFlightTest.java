package dev.understudy.shim.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class InFlightTest {
  private final InFlight inFlight = new InFlight(100);

  @Test
  void letsOneOfAnySizePassWhereNothingIsUnderWay() throws Exception {
    inFlight.awaitRoom(1_000);
  }

  @Test
  void letsPassWhatFits() throws Exception {
    inFlight.began(7, 60);
    inFlight.awaitRoom(40);
  }

  @Test
  void holdsBackWhatDoesNotFitUntilABlockHasEnded() throws Exception {
    inFlight.began(7, 60);
    inFlight.began(8, 30);

    final Waiter waiter = new Waiter(50);
    waiter.awaitHeld();
    inFlight.ended(7);
    waiter.awaitPassed();
  }

  @Test
  void endsAllBlocksUpToAHeight() throws Exception {
    inFlight.began(7, 60);
    inFlight.began(8, 60);

    inFlight.ended(8);
    inFlight.awaitRoom(100);
    inFlight.began(9, 100);
    final Waiter waiter = new Waiter(1);
    waiter.awaitHeld();
    inFlight.abort();
    waiter.awaitPassed();
  }

  /** A thread that waits for room. */
  private final class Waiter {
    private final CompletableFuture<Boolean> passed = new CompletableFuture<>();
    private final Thread thread;

    Waiter(final long size) {
      thread =
          new Thread(
              () -> {
                try {
                  inFlight.awaitRoom(size);
                  passed.complete(true);
                } catch (final InterruptedException e) {
                  passed.completeExceptionally(e);
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    void awaitHeld() {
      Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
      assertThat(passed).isNotDone();
    }

    void awaitPassed() throws Exception {
      assertThat(passed.get(5, TimeUnit.SECONDS)).isTrue();
    }
  }
}
