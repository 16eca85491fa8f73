package dev.understudy.shim.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one run and what ends them. The first failure is kept and stops everything; a stop
 * by request lets the block in work end and takes no new one.
 */
final class Stages {
  /** A step's body; interrupted when the run is over. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  private final List<Runnable> onAbort = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Throwable failure;
  private boolean aborted;
  private volatile boolean stopping;

  /** What to do, on the failing thread, when the run must end at once; now if it has. */
  void onAbort(final Runnable action) {
    synchronized (this) {
      if (!aborted) {
        onAbort.add(action);
        return;
      }
    }
    action.run();
  }

  /** Starts a step; after an abort none starts any more, as nobody would interrupt it. */
  synchronized void start(final String name, final Body body) {
    if (aborted) {
      return;
    }
    final Thread thread = behind(newThread(name, () -> guard(body)));
    threads.add(thread);
    // under the lock: an interrupt before the start would be lost
    thread.start();
  }

  /** Threads that work ahead of execution or after it. */
  static ThreadFactory factory(final String name) {
    return task -> behind(newThread(name, task));
  }

  /** The thread that everything else works for. */
  static Thread executor(final Runnable task) {
    return newThread("execute", task);
  }

  /**
   * Where processors are short, the app and the thread that drives it go first: a block decoded
   * later costs nothing while others are ready. Java leaves priorities alone unless the launcher's
   * settings say otherwise.
   */
  @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing relies
  private static Thread behind(final Thread thread) {
    thread.setPriority(Thread.MIN_PRIORITY);
    return thread;
  }

  private static Thread newThread(final String name, final Runnable task) {
    final Thread thread = new Thread(task, "understudy-" + name);
    thread.setDaemon(true);
    return thread;
  }

  /** Runs the body on the caller's thread; whatever it throws ends the run. */
  void guard(final Body body) {
    try {
      body.run();
    } catch (final InterruptedException e) {
      // only an abort interrupts, and it has its own cause
      Thread.currentThread().interrupt();
    } catch (final Throwable e) {
      fail(e);
    }
  }

  void fail(final Throwable cause) {
    synchronized (this) {
      if (failure == null && !aborted) {
        failure = cause;
      }
    }
    abort();
  }

  /** Ends all steps but the caller's, without a failure unless one was told. */
  void abort() {
    final List<Runnable> actions;
    synchronized (this) {
      if (aborted) {
        return;
      }
      aborted = true;
      actions = List.copyOf(onAbort);
    }
    actions.forEach(Runnable::run);
    for (final Thread thread : threads()) {
      if (thread != Thread.currentThread()) {
        thread.interrupt();
      }
    }
  }

  /** Asks for an orderly end after the block in work. */
  void requestStop() {
    stopping = true;
    abort();
  }

  boolean stopRequested() {
    return stopping;
  }

  synchronized @Nullable Throwable failure() {
    return failure;
  }

  private synchronized List<Thread> threads() {
    return List.copyOf(threads);
  }

  /** Waits until every step's thread has ended, see {@link #joinInOrder}. */
  boolean join() {
    boolean interrupted = false;
    for (final Thread thread : threads()) {
      interrupted |= joinInOrder(thread);
    }
    return interrupted;
  }

  /**
   * Waits for a thread that writes to the stores or may yet: they can't be left to it, so an
   * interrupt of the caller only is told.
   */
  static boolean joinInOrder(final Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (final InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
