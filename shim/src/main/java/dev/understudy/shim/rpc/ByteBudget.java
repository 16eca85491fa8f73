package dev.understudy.shim.rpc;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds what requests and answers hold in memory at one time. Any thread. */
final class ByteBudget {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  ByteBudget(final long limit) {
    this.limit = limit;
  }

  /** False, and nothing is taken, where it would be too much. */
  boolean take(final long bytes) {
    long now = held.get();
    while (now + bytes <= limit) {
      if (held.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = held.get();
    }
    return false;
  }

  void give(final long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }

  long limit() {
    return limit;
  }
}
