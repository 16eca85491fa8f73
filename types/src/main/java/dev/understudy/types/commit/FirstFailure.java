package dev.understudy.types.commit;

import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lowest of many numbered checks that fails, by one thread or by several. For one use.
 *
 * <p>The calling thread works, too, and waits only for what others have begun. So it may itself be
 * one of the executor's threads, and an executor that is busy or closed costs speed only.
 */
final class FirstFailure {
  /** Half a millisecond of signatures: worth the way to another thread. */
  private static final int RUN = 8;

  private final int count;
  private final IntPredicate check;
  private final AtomicInteger nextRun = new AtomicInteger();
  private final AtomicInteger lowest = new AtomicInteger(Integer.MAX_VALUE);
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
  private final CountDownLatch unfinished;

  FirstFailure(final int count, final IntPredicate check) {
    this.count = count;
    this.check = check;
    this.unfinished = new CountDownLatch(runs());
  }

  OptionalInt find() {
    for (int i = 0; i < count; i++) {
      if (!check.test(i)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  OptionalInt find(final Executor helpers) {
    final int wanted = Math.min(runs(), Runtime.getRuntime().availableProcessors()) - 1;
    try {
      for (int i = 0; i < wanted; i++) {
        helpers.execute(this::work);
      }
    } catch (final RejectedExecutionException e) {
      // closed or full: this thread does it all
    }
    work();
    awaitOthers();
    final Throwable failure = broken.get();
    if (failure != null) {
      throw new IllegalStateException("a check broke off", failure);
    }
    return lowest.get() == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(lowest.get());
  }

  private int runs() {
    return (count + RUN - 1) / RUN;
  }

  private void work() {
    for (int run = nextRun.getAndIncrement(); run < runs(); run = nextRun.getAndIncrement()) {
      try {
        test(run * RUN, Math.min(count, (run + 1) * RUN));
      } catch (final Throwable e) {
        // an Error, too: checks that were not done must never pass as done
        broken.compareAndSet(null, e);
      } finally {
        unfinished.countDown();
      }
    }
  }

  private void test(final int from, final int to) {
    // runs start in order: what lies above a known failure needs no check
    for (int i = from; i < to && i < lowest.get(); i++) {
      if (!check.test(i)) {
        lowest.accumulateAndGet(i, Math::min);
      }
    }
  }

  /** An interrupt doesn't shorten the wait, which is under a millisecond, but isn't lost. */
  private void awaitOthers() {
    boolean interrupted = false;
    while (true) {
      try {
        unfinished.await();
        break;
      } catch (final InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
