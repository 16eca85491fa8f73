package dev.understudy.shim.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two threads of a face that make its answers, behind a bounded queue, so that two at most are in
 * work. Safe from any thread; whoever made it closes it.
 */
public final class AnswerThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerThreads.class);
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 64;

  private final String name;
  private final long waitSeconds;
  private final ThreadPoolExecutor workers;

  /**
   * No thread starts before the first answer.
   *
   * @param name of the threads
   * @param waitSeconds how long {@link #close} waits for the answers in work
   */
  public AnswerThreads(final String name, final long waitSeconds) {
    this.name = name;
    this.waitSeconds = waitSeconds;
    this.workers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> {
              final Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** False where too many wait, and after {@link #takeNoMore}; the answer is not made then. */
  public boolean offer(final Runnable answer) {
    try {
      workers.execute(answer);
      return true;
    } catch (final RejectedExecutionException e) {
      LOG.debug("{}: too many requests wait", name, e);
      return false;
    }
  }

  /** What waits is still answered. */
  public void takeNoMore() {
    workers.shutdown();
  }

  /** Takes no more and lets the answers in work end; twice is harmless. */
  @Override
  public void close() {
    takeNoMore();
    try {
      if (!workers.awaitTermination(waitSeconds, TimeUnit.SECONDS)) {
        LOG.warn("{}: an answer does not end", name);
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
