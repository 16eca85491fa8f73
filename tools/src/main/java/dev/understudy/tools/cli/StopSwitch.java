package dev.understudy.tools.cli;

/**
 * A request to stop for a job of several steps: passed to the step in work, and to each one that
 * comes after. Safe for every thread.
 */
final class StopSwitch {
  private boolean requested;
  private Runnable step = () -> {};

  synchronized void request() {
    requested = true;
    step.run();
  }

  /** From here on a request means this; one that came before is passed on at once. */
  synchronized void during(final Runnable stopStep) {
    step = stopStep;
    if (requested) {
      stopStep.run();
    }
  }

  synchronized boolean isRequested() {
    return requested;
  }

  /** Between two steps. */
  void requireGoingOn() throws InterruptedException {
    if (isRequested()) {
      throw new InterruptedException("told to stop");
    }
  }
}
