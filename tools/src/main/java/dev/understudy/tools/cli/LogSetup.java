package dev.understudy.tools.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sets the log up: to stderr and, if wanted, to a file, as text or as JSON lines. Called once,
 * before anything is logged. On a terminal the progress is a live line; there its log lines go to
 * the file only.
 */
final class LogSetup {
  /** Progress is logged under this name, one line every few seconds. */
  static final String PROGRESS_LOGGER = "dev.understudy.progress";

  private static final String STDERR = "stderr";
  private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level %msg%n";
  private static final String DEBUG_PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level [%thread] %logger{20} %msg%n";

  private LogSetup() {}

  static void apply(final LogOptions options) throws FailureException {
    final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    apply(
        options,
        context,
        new StaysOpen(new FileOutputStream(FileDescriptor.err)),
        Terminals.stderrCanErase(System.getenv()));
  }

  static void apply(
      final LogOptions options,
      final LoggerContext context,
      final OutputStream stderr,
      final boolean terminal)
      throws FailureException {
    context.reset();
    final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(options.debug() ? Level.DEBUG : Level.INFO);
    // at DEBUG these tell of every buffer and packet
    for (final String chatty : new String[] {"io.netty", "io.vertx"}) {
      context.getLogger(chatty).setLevel(Level.WARN);
    }
    root.addAppender(toStderr(options, context, stderr, terminal && !options.json()));
    final Path file = options.file();
    if (file != null) {
      root.addAppender(toFile(options, context, file));
    }
  }

  private static Appender<ILoggingEvent> toStderr(
      final LogOptions options,
      final LoggerContext context,
      final OutputStream stderr,
      final boolean live) {
    final OutputStreamAppender<ILoggingEvent> appender;
    if (live) {
      appender = new TerminalAppender(new LiveLine(stderr));
      appender.addFilter(new WithoutProgress());
    } else {
      appender = new OutputStreamAppender<>();
      appender.setOutputStream(stderr);
    }
    return started(appender, STDERR, options, context);
  }

  private static Appender<ILoggingEvent> toFile(
      final LogOptions options, final LoggerContext context, final Path file)
      throws FailureException {
    if (Files.isDirectory(file)) {
      throw unwritable(file, "it is a folder");
    }
    final FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file.toString());
    started(appender, "file", options, context);
    if (!appender.isStarted() || appender.getOutputStream() == null) {
      throw unwritable(file, "the file can't be opened");
    }
    return appender;
  }

  private static FailureException unwritable(final Path file, final String why) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        "can't log into %s: %s".formatted(file, why),
        "Give --log-file a file that this user may write.");
  }

  private static OutputStreamAppender<ILoggingEvent> started(
      final OutputStreamAppender<ILoggingEvent> appender,
      final String name,
      final LogOptions options,
      final LoggerContext context) {
    appender.setName(name);
    appender.setContext(context);
    appender.setEncoder(encoder(options, context));
    appender.start();
    return appender;
  }

  private static Encoder<ILoggingEvent> encoder(
      final LogOptions options, final LoggerContext context) {
    if (options.json()) {
      final JsonEncoder json = new JsonEncoder();
      json.setContext(context);
      json.setWithContext(false);
      json.setWithNanoseconds(false);
      json.setWithSequenceNumber(false);
      json.setWithMessage(false);
      json.setWithArguments(false);
      json.setWithFormattedMessage(true);
      json.start();
      return json;
    }
    final PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern(options.debug() ? DEBUG_PATTERN : PATTERN);
    text.start();
    return text;
  }

  /** The line that progress may replace; empty where the log does not go to a terminal. */
  static Optional<LiveLine> liveLine(final LoggerContext context) {
    final @Nullable Appender<ILoggingEvent> stderr =
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(STDERR);
    return stderr instanceof TerminalAppender terminal
        ? Optional.of(terminal.line())
        : Optional.empty();
  }

  /**
   * An appender closes its stream when logging is set up anew; standard error must outlive that.
   */
  private static final class StaysOpen extends FilterOutputStream {
    StaysOpen(final OutputStream out) {
      super(out);
    }

    @Override
    public void write(final byte[] bytes, final int offset, final int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  private static final class WithoutProgress extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(final ILoggingEvent event) {
      return event.getLoggerName().equals(PROGRESS_LOGGER) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
  }
}
