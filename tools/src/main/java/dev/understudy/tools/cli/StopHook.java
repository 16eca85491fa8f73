package dev.understudy.tools.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a job end in order when the process is told to stop: asks it to, and holds the process until
 * {@link #close}. For one job.
 */
final class StopHook implements AutoCloseable {
  private static final long STOP_WITHIN_SECONDS = 60;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private StopHook(final Runnable requestStop) {
    this.hook =
        new Thread(
            () -> {
              requestStop.run();
              try {
                ended.await(STOP_WITHIN_SECONDS, TimeUnit.SECONDS);
              } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "understudy-stop");
  }

  static StopHook register(final Runnable requestStop) {
    final StopHook stop = new StopHook(requestStop);
    Runtime.getRuntime().addShutdownHook(stop.hook);
    return stop;
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (final IllegalStateException stopping) {
      // told to stop: the hook is what waits for us
      Thread.currentThread().setName("understudy-stopped");
    }
  }
}
