package dev.understudy.shim.abci.socket;

import java.util.function.LongSupplier;

/**
 * Measures how long a connection had a request outstanding, and how long it had none. Safe for
 * several threads: one works, any may look.
 */
public final class BusyTime {
  private final LongSupplier nanoClock;
  private final long openedAt;
  private long busyNanos;
  private long busySince;
  private int outstanding;

  BusyTime(final LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.openedAt = nanoClock.getAsLong();
  }

  synchronized void begin() {
    if (outstanding++ == 0) {
      busySince = nanoClock.getAsLong();
    }
  }

  synchronized void end() {
    if (--outstanding == 0) {
      busyNanos += nanoClock.getAsLong() - busySince;
    }
  }

  /** Both times since the connection was opened, a call in progress included. */
  public synchronized Sample sample() {
    final long now = nanoClock.getAsLong();
    final long busy = busyNanos + (outstanding > 0 ? now - busySince : 0);
    return new Sample(busy, now - openedAt - busy);
  }

  /** What was measured up to one moment. */
  public record Sample(long busyNanos, long idleNanos) {

    /** What was added since an earlier sample of the same connection. */
    public Sample since(final Sample earlier) {
      return new Sample(busyNanos - earlier.busyNanos, idleNanos - earlier.idleNanos);
    }

    /** This and what another connection of the same job measured. */
    public Sample plus(final Sample other) {
      return new Sample(busyNanos + other.busyNanos, idleNanos + other.idleNanos);
    }

    /** The part of the time without a request outstanding, 0 to 1; 0 of no time. */
    public double idleShare() {
      final long total = busyNanos + idleNanos;
      return total == 0 ? 0 : (double) idleNanos / total;
    }
  }
}
