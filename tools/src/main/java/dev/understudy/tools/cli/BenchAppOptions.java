package dev.understudy.tools.cli;

import dev.understudy.shim.app.AppFlags;
import dev.understudy.tools.bench.AppChoice;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which app a bench drives. */
final class BenchAppOptions {
  @Option(
      names = {"-b", "--binary"},
      paramLabel = "PATH",
      description = "The chain's binary, run without its engine; needs --home.")
  private @Nullable Path binary;

  @Option(
      names = {"-h", "--home"},
      paramLabel = "DIR",
      description =
          "A home made by the binary's own init, never run; copied for each run. In its app.toml a"
              + " minimum gas price must be set, and API and gRPC be off, as several run at a"
              + " time.")
  private @Nullable Path home;

  @Option(
      names = {"-f", "--app-flags"},
      defaultValue = "",
      paramLabel = "FLAGS",
      description = "More flags for the binary, separated by commas or spaces.")
  private String appFlags = "";

  @Option(
      names = "--app-command",
      defaultValue = "",
      paramLabel = "COMMAND",
      description =
          "A command that serves an app for socket ABCI on {address}; {home} is an empty folder for"
              + " it (default: the embedded kvstore).")
  private String appCommand = "";

  AppChoice choose(final List<String> understudy) throws FailureException {
    if (binary != null) {
      if (home == null || !appCommand.isEmpty()) {
        throw new FailureException(
            FailureKind.CONFIGURATION,
            "--binary needs --home, and not --app-command",
            "Make a home with the binary's own init command.");
      }
      return new AppChoice.Binary(
          binary.toAbsolutePath(), home.toAbsolutePath(), AppFlags.split(appFlags));
    }
    if (!appCommand.isEmpty()) {
      return new AppChoice.Command(AppFlags.split(appCommand));
    }
    final List<String> command = new ArrayList<>(understudy);
    command.addAll(List.of("kvstore", "--address", "{address}", "--dir", "{home}/kvstore"));
    return new AppChoice.Command(command);
  }
}
