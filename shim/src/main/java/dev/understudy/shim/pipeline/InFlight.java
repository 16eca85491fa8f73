package dev.understudy.shim.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The proven blocks that are not yet executed and indexed, and what they weigh together: each queue
 * lets one item of any size pass, so with blocks of tens of megabytes the queues alone bound
 * nothing. Whoever would prove more waits here for those that are under way, which end by
 * themselves.
 */
final class InFlight {
  private record Held(long height, long weight) {}

  private final long capacity;
  private final Deque<Held> blocks = new ArrayDeque<>();
  private long weight;
  private boolean aborted;

  InFlight(final long capacity) {
    this.capacity = capacity;
  }

  /** Waits until a block of this weight fits, or nothing is under way. */
  synchronized void awaitRoom(final long size) throws InterruptedException {
    while (!aborted && !blocks.isEmpty() && weight + size > capacity) {
      wait();
    }
  }

  /** Heights rise. */
  synchronized void began(final long height, final long size) {
    blocks.addLast(new Held(height, size));
    weight += size;
  }

  /** This block and all before it are done with. */
  synchronized void ended(final long height) {
    while (!blocks.isEmpty() && blocks.getFirst().height() <= height) {
      weight -= blocks.removeFirst().weight();
    }
    notifyAll();
  }

  /** Lets everybody go. */
  synchronized void abort() {
    aborted = true;
    notifyAll();
  }
}
