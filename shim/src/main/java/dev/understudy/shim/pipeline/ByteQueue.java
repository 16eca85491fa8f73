package dev.understudy.shim.pipeline;

import dev.understudy.types.FailureException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A first-in-first-out queue bounded by the bytes that its items weigh; one item always fits, so
 * that a block larger than the bound still passes. Ends by {@link #finish()} (takers get what is
 * left), by {@link #finish(FailureException)} (and then the failure), or by {@link #abort}
 * (everybody stops at once).
 */
final class ByteQueue<T> {
  private final long capacity;
  private final ToLongFunction<T> weigher;
  private final Deque<T> items = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long weight;
  private boolean finished;
  private boolean aborted;
  private @Nullable FailureException failure;

  ByteQueue(final long capacity, final ToLongFunction<T> weigher) {
    this.capacity = capacity;
    this.weigher = weigher;
  }

  /** Waits for room; false when the queue was aborted and the item is not wanted any more. */
  boolean put(final T item) throws InterruptedException {
    final long size = weigher.applyAsLong(item);
    lock.lock();
    try {
      while (!aborted && !items.isEmpty() && weight + size > capacity) {
        changed.await();
      }
      if (aborted) {
        return false;
      }
      items.addLast(item);
      weight += size;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything was taken, or nobody wants it any more. */
  void awaitEmpty() throws InterruptedException {
    lock.lock();
    try {
      while (!aborted && !items.isEmpty()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for an item; null at the end, or the failure that the queue ended with. */
  @Nullable T take() throws FailureException, InterruptedException {
    lock.lock();
    try {
      while (!aborted && !finished && items.isEmpty()) {
        changed.await();
      }
      final FailureException ending = failure;
      if (ending != null && !aborted && items.isEmpty()) {
        throw ending;
      }
      return poll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for an item no longer than this; null when none came, whatever the reason. */
  @Nullable T take(final long timeout, final TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(timeout);
    lock.lock();
    try {
      while (!aborted && !finished && items.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return poll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable T poll() {
    if (aborted || items.isEmpty()) {
      return null;
    }
    final T item = items.removeFirst();
    weight -= weigher.applyAsLong(item);
    changed.signalAll();
    return item;
  }

  /** No more items will come. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more items will come, because of this. */
  void finish(final FailureException cause) {
    lock.lock();
    try {
      failure = cause;
      finish();
    } finally {
      lock.unlock();
    }
  }

  /** What the queue has ended with by now, whether it is empty or not. */
  Optional<FailureException> failure() {
    lock.lock();
    try {
      return Optional.ofNullable(failure);
    } finally {
      lock.unlock();
    }
  }

  void abort() {
    lock.lock();
    try {
      aborted = true;
      items.clear();
      weight = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** True once nothing more will ever come out, not even a failure. */
  boolean isDrained() {
    lock.lock();
    try {
      return aborted || (finished && failure == null && items.isEmpty());
    } finally {
      lock.unlock();
    }
  }
}
