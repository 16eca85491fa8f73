package dev.understudy.tools.cli;

final class LogSetup {
  private LogSetup() {}

  static void apply(final LogOptions o) {
    ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("ROOT"))
        .setLevel(o.debug ? ch.qos.logback.classic.Level.DEBUG : ch.qos.logback.classic.Level.INFO);
  }
}
