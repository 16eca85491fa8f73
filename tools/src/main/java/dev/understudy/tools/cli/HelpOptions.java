package dev.understudy.tools.cli;

import picocli.CommandLine.Option;

/** What every command accepts that runs no job. */
final class HelpOptions {
  @SuppressWarnings("UnusedVariable") // accepted without effect
  @Option(names = "--opt-out", description = "Accepted; there is no telemetry.")
  private boolean optOut;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--help", usageHelp = true, description = "Shows this help.")
  private boolean help;
}
