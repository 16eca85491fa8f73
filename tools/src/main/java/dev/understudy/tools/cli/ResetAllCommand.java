package dev.understudy.tools.cli;

import dev.understudy.storage.home.HomeLayout;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy reset-all}: back to where the node's init left the home. */
@Command(
    name = "reset-all",
    sortOptions = false,
    description = {
      "Deletes what a home holds, the app's data too, and says what first.",
      "Keys, configuration, downloaded bundles and priv_validator_state.json stay as they are; a"
          + " home in use is refused."
    })
public final class ResetAllCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--home"},
      paramLabel = "DIR",
      description = "The node's home.")
  private @Nullable Path home;

  @Mixin private final ResetOptions reset = new ResetOptions();

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Mixin
  private final HelpOptions help = new HelpOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public ResetAllCommand() {}

  @Override
  public Integer call() throws Exception {
    reset.run("reset-all", HomeLayout.read(HomeOption.require(home)), spec.commandLine().getOut());
    return ExitCode.DONE.code();
  }
}
