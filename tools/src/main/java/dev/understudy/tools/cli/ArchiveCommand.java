package dev.understudy.tools.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code understudy archive}: one's own archive, packed, made and served. */
@Command(
    name = "archive",
    description =
        "Packs a node's blocks into an archive in KYVE's form, makes one of a chain of its own, and"
            + " serves one.",
    subcommands = {ArchivePackCommand.class, ArchiveServeCommand.class, ArchiveSynthCommand.class},
    mixinStandardHelpOptions = true)
public final class ArchiveCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public ArchiveCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing subcommand: pack, serve or synth");
  }
}
