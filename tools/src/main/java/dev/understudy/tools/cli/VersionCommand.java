package dev.understudy.tools.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy version}. */
@Command(name = "version", description = "Prints the version of Understudy.")
public final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // accepted without effect
  @Option(names = "--opt-out", description = "Accepted for KSYNC's scripts; there is no telemetry.")
  private boolean optOut;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--help", usageHelp = true, description = "Shows this help.")
  private boolean help;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public VersionCommand() {}

  @Override
  public void run() {
    final PrintWriter out = spec.commandLine().getOut();
    out.println(text());
    out.flush();
  }

  private static String text() {
    final String version = VersionCommand.class.getPackage().getImplementationVersion();
    return "understudy " + (version == null ? "(unpackaged)" : version);
  }

  /** The same for {@code understudy --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }
  }
}
