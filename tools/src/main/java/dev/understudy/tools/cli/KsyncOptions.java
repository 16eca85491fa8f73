package dev.understudy.tools.cli;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import picocli.CommandLine.Option;

/**
 * KSYNC's flags that scripts give and that mean nothing here, or not yet: the first are accepted
 * without effect, the others refused, because a script that gives them counts on what they do.
 */
final class KsyncOptions {
  @SuppressWarnings("UnusedVariable") // accepted without effect
  @Option(names = "--opt-out", description = "Accepted; there is no telemetry.")
  private boolean optOut;

  @SuppressWarnings("UnusedVariable") // accepted without effect
  @Option(
      names = {"-y", "--yes", "--assumeyes"},
      description = "Accepted; nothing is asked.")
  private boolean yes;

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
      hidden = true,
      description = "Not in this version.")
  private boolean resetAll;

  @Option(
      names = {"-a", "--auto-select-binary-version"},
      hidden = true,
      description = "Not in this version.")
  private boolean autoSelect;

  @Option(names = "--rpc-server", hidden = true, description = "Not in this version.")
  private boolean rpcServer;

  @Option(names = "--rpc-server-port", hidden = true, description = "Not in this version.")
  private int rpcServerPort;

  void requireSupported() throws FailureException {
    refuse(resetAll, "--reset-all", "Reset the home with the node's own command first.");
    refuse(
        autoSelect,
        "--auto-select-binary-version",
        "Sync to each upgrade height with the binary of that time.");
    refuse(rpcServer || rpcServerPort != 0, "--rpc-server", "Leave the flag out.");
  }

  private static void refuse(final boolean given, final String flag, final String advice)
      throws FailureException {
    if (given) {
      throw new FailureException(
          FailureKind.CONFIGURATION, flag + " is not in this version of Understudy", advice);
    }
  }
}
