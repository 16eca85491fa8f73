package dev.understudy.tools.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is logged, how, and where; {@link LogSetup} makes it so. */
final class LogOptions {
  /** The forms, in small letters as they are typed. */
  enum Format {
    text,
    json
  }

  @Option(
      names = "--log-format",
      paramLabel = "FORM",
      description = "text, or json: one JSON object a line, also on a terminal (default: text).")
  private @Nullable Format format;

  @Option(
      names = "--log-file",
      paramLabel = "FILE",
      description = "Log into this file as well; it is appended to (default: none).")
  private @Nullable Path file;

  @Option(
      names = {"-d", "--debug"},
      description = "Log what is done in detail (default: no).")
  private boolean debug;

  /** Made by picocli, which sets the fields. */
  LogOptions() {}

  LogOptions(final Format format, final @Nullable Path file, final boolean debug) {
    this.format = format;
    this.file = file;
    this.debug = debug;
  }

  boolean json() {
    return format == Format.json;
  }

  @Nullable Path file() {
    return file;
  }

  boolean debug() {
    return debug;
  }
}
