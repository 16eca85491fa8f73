package dev.understudy.handoff.process;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends a process and whatever it started: SIGTERM, again at each interval, SIGKILL when the limit
 * is over. A wrapper script that ends by itself leaves its child behind, so children get the signal
 * once their parent is gone.
 *
 * <p>Signals go through {@link ProcessHandle}: {@code Process.destroy} also closes the pipe of the
 * output, and a Go program that logs its farewell into a closed pipe is killed by that.
 */
public final class ProcessStop {
  private final ProcessHandle root;
  private final Duration repeat;
  private final Duration limit;
  private final Set<ProcessHandle> family = new LinkedHashSet<>();
  private int signals;

  /** {@code repeat} is how often SIGTERM is sent again, {@code limit} when SIGKILL follows. */
  public ProcessStop(final ProcessHandle root, final Duration repeat, final Duration limit) {
    this.root = root;
    this.repeat = repeat;
    this.limit = limit;
  }

  /** What it took. */
  public enum Outcome {
    ENDED,
    KILLED,
    /** Still there after SIGKILL: stuck in the kernel, usually on a dead disk. */
    SURVIVED
  }

  /** How often SIGTERM was sent. */
  public int signals() {
    return signals;
  }

  /** Returns when the process and its family are gone, or nothing helps. */
  public Outcome run() throws InterruptedException {
    final long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      final long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      lookForChildren();
      terminate();
      if (awaitAll(Math.min(left, repeat.toNanos()))) {
        return Outcome.ENDED;
      }
    }
    lookForChildren();
    root.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
    return awaitAll(TimeUnit.SECONDS.toNanos(10)) ? Outcome.KILLED : Outcome.SURVIVED;
  }

  private void lookForChildren() {
    root.descendants().forEach(family::add);
    for (final ProcessHandle known : Set.copyOf(family)) {
      known.descendants().forEach(family::add);
    }
  }

  private void terminate() {
    signals++;
    if (root.isAlive()) {
      root.destroy();
    } else {
      family.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroy);
    }
  }

  private boolean awaitAll(final long nanos) throws InterruptedException {
    final long deadline = System.nanoTime() + nanos;
    if (!awaitExit(root, nanos)) {
      return false;
    }
    boolean left = false;
    for (final ProcessHandle child : family) {
      if (child.isAlive()) {
        // its parent is gone now, so the next round would be the first to tell it
        child.destroy();
        left |= !awaitExit(child, deadline - System.nanoTime());
      }
    }
    return !left;
  }

  private static boolean awaitExit(final ProcessHandle handle, final long nanos)
      throws InterruptedException {
    if (!handle.isAlive()) {
      return true;
    }
    final CompletableFuture<ProcessHandle> exit = handle.onExit();
    try {
      exit.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      return true;
    } catch (final TimeoutException e) {
      return !handle.isAlive();
    } catch (final ExecutionException e) {
      throw new IllegalStateException("waiting for process " + handle.pid() + " failed", e);
    }
  }
}
