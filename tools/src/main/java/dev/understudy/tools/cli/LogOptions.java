package dev.understudy.tools.cli;

import picocli.CommandLine.Option;

final class LogOptions {
  @Option(names = {"-d", "--debug"})
  boolean debug;
}
