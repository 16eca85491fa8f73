package dev.understudy.tools.cli;

import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command that works on a home with an app can be told. */
final class JobOptions {
  @Option(
      names = "--disk-reserve-mib",
      defaultValue = "512",
      paramLabel = "MIB",
      description =
          "Do not begin, or stop in order, when less than this is free (default:"
              + " ${DEFAULT-VALUE}).")
  private long reserveMib = 512;

  @Option(
      names = {"-e", "--engine"},
      paramLabel = "LINE",
      description =
          "The engine line: 0.34, 0.37, 0.38, 0.39, 0.40, 1.0 or celestia-0.34, also as KSYNC"
              + " names them (default: what the binary says, without --binary what the home says).")
  private @Nullable String engine;

  @SuppressWarnings("UnusedVariable") // SettingsProvider finds it among the arguments
  @Option(
      names = SettingsProvider.CONFIG_FLAG,
      paramLabel = "FILE",
      description = "TOML file with values for flags that are not given.")
  private @Nullable Path configFile;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--help", usageHelp = true, description = "Shows this help.")
  private boolean help;

  long reserveBytes() {
    return Mebibytes.bytes(reserveMib);
  }

  /** Empty when no line was named. */
  Optional<EngineLine> engine() throws FailureException {
    return EngineNames.asked(engine);
  }
}
