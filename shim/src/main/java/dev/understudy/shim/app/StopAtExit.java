package dev.understudy.shim.app;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shutdown hook that stops an app which nobody stopped. It is registered before the app is
 * started: registered after, a signal in between would leave an orphan.
 */
final class StopAtExit {
  private static final Logger LOG = LoggerFactory.getLogger(StopAtExit.class);
  private static final Duration START_WITHIN = Duration.ofSeconds(10);

  private final Duration orderlyFor;
  private final AtomicReference<@Nullable AppProcess> guarded = new AtomicReference<>();
  private final CountDownLatch decided = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final Thread hook = new Thread(this::run, "app-stop-at-exit");

  private StopAtExit(final Duration orderlyFor) {
    this.orderlyFor = orderlyFor;
  }

  static StopAtExit register(final Duration orderlyFor) throws FailureException {
    final StopAtExit atExit = new StopAtExit(orderlyFor);
    try {
      Runtime.getRuntime().addShutdownHook(atExit.hook);
    } catch (final IllegalStateException e) {
      throw new FailureException(
          FailureKind.APP,
          "The app was not started: this process is ending.",
          "Run the same command again.",
          e);
    }
    return atExit;
  }

  void guard(final AppProcess app) {
    guarded.set(app);
    decided.countDown();
  }

  /** There is no app to stop any more, or there never was one. */
  void release() {
    decided.countDown();
    released.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (final IllegalStateException e) {
      LOG.debug("The shutdown hook stays, as it is running");
    }
  }

  private void run() {
    try {
      if (!decided.await(START_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
          || released.await(orderlyFor.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      final AppProcess app = guarded.get();
      if (app != null) {
        app.stop();
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (final FailureException e) {
      LOG.error("{} {}", e.getMessage(), e.advice());
    }
  }
}
