package dev.understudy.tools.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;

/** Logs to stderr, above a line that the progress replaces. */
final class TerminalAppender extends OutputStreamAppender<ILoggingEvent> {
  private final LiveLine line;

  TerminalAppender(final LiveLine line) {
    this.line = line;
  }

  LiveLine line() {
    return line;
  }

  @Override
  public void start() {
    setOutputStream(line);
    super.start();
  }
}
