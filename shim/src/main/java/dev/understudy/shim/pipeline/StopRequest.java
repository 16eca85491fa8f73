package dev.understudy.shim.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Somebody's wish that a job ends in order, from before its first step on. What waits for an app
 * says how the waiting is broken off. Any thread.
 */
public final class StopRequest {
  private final Object lock = new Object();
  private boolean requested;
  private @Nullable Runnable breakOff;

  public boolean isRequested() {
    synchronized (lock) {
      return requested;
    }
  }

  /** Breaks off what waits. Again is harmless. */
  public void request() {
    synchronized (lock) {
      requested = true;
      if (breakOff != null) {
        breakOff.run();
      }
    }
  }

  /** From now on until {@link #endWait} a request runs the action; at once if there was one. */
  public void beginWait(final Runnable action) {
    synchronized (lock) {
      breakOff = action;
      if (requested) {
        action.run();
      }
    }
  }

  /** The action won't run after this. */
  public void endWait() {
    synchronized (lock) {
      breakOff = null;
    }
  }
}
