package dev.understudy.tools.cli;

import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * KSYNC's flags beside the main job: the reset, and those that mean nothing here and are accepted
 * without effect.
 */
final class KsyncOptions {
  @SuppressWarnings("UnusedVariable") // accepted without effect
  @Option(names = "--opt-out", description = "Accepted; there is no telemetry.")
  private boolean optOut;

  @Mixin private final ResetOptions reset = new ResetOptions();

  @SuppressWarnings("UnusedVariable") // accepted without effect
  @Option(
      names = {"-s", "--source"},
      hidden = true,
      description = "Deprecated in KSYNC.")
  private String deprecatedSource = "";

  @SuppressWarnings("UnusedVariable") // accepted without effect
  @Option(names = "--registry-url", hidden = true, description = "Deprecated in KSYNC.")
  private String registryUrl = "";

  @Option(
      names = {"-r", "--reset-all"},
      description =
          "First delete what the home holds, the app's data too; keys, configuration and"
              + " priv_validator_state.json stay. Asks, unless --yes is given.")
  private boolean resetAll;

  /** Resets the home if that was asked for; {@code out} is asked through. */
  void reset(final HomeLayout layout, final PrintWriter out) throws FailureException {
    if (resetAll) {
      reset.run("--reset-all", layout, out);
    }
  }
}
