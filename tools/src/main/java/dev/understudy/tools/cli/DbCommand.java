package dev.understudy.tools.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code understudy db}: a home's databases, looked at, compared, given another backend. */
@Command(
    name = "db",
    description = "Looks into a home's databases, compares two homes, changes a home's backend.",
    subcommands = {DbInspectCommand.class, DbDiffCommand.class, DbConvertCommand.class},
    mixinStandardHelpOptions = true)
public final class DbCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public DbCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing subcommand: inspect, diff or convert");
  }
}
