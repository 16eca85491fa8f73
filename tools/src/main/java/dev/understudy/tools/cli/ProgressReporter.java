package dev.understudy.tools.cli;

final class ProgressReporter implements AutoCloseable {
  static ProgressReporter start(final dev.understudy.shim.BlockSync s, final LogOptions o) {
    return new ProgressReporter();
  }

  @Override
  public void close() {}
}
