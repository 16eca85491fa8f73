package dev.understudy.tools.cli;

import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.HomeReset;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * KSYNC's flags beside the main job: the reset, those that mean nothing here and are accepted
 * without effect, and those that are refused, because a script that gives them counts on what they
 * do.
 */
final class KsyncOptions {
  @SuppressWarnings("UnusedVariable") // accepted without effect
  @Option(names = "--opt-out", description = "Accepted; there is no telemetry.")
  private boolean optOut;

  @Option(
      names = {"-y", "--yes", "--assumeyes"},
      description = "Answer yes to what would be asked.")
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
      description =
          "First delete what the home holds, the app's data too; keys, configuration and"
              + " priv_validator_state.json stay. Asks, unless --yes is given.")
  private boolean resetAll;

  @Option(
      names = "--keep-addr-book",
      defaultValue = "true",
      fallbackValue = "true",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Keep the address book at --reset-all (default: ${DEFAULT-VALUE}).")
  private boolean keepAddressBook = true;

  @Option(names = "--rpc-server", hidden = true, description = "Not in this version.")
  private boolean rpcServer;

  @Option(names = "--rpc-server-port", hidden = true, description = "Not in this version.")
  private int rpcServerPort;

  void requireSupported() throws FailureException {
    refuse(rpcServer || rpcServerPort != 0, "--rpc-server", "Leave the flag out.");
  }

  /** Resets the home if that was asked for; {@code out} is asked through. */
  void reset(final HomeLayout layout, final PrintWriter out) throws FailureException {
    if (!resetAll) {
      return;
    }
    final HomeReset reset = new HomeReset(layout, keepAddressBook);
    final List<Path> doomed = reset.doomed();
    if (doomed.isEmpty()) {
      return;
    }
    out.println("--reset-all deletes:");
    doomed.forEach(path -> out.println("  " + path));
    out.flush();
    if (!yes && !agreed()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--reset-all was not agreed to; nothing was deleted",
          "Answer y, or say --yes where nobody can be asked.");
    }
    reset.run();
  }

  @SuppressWarnings("SystemConsoleNull") // newer JDKs give a console that reads nothing: no as well
  private static boolean agreed() {
    final Console console = System.console();
    return console != null && "y".equalsIgnoreCase(console.readLine("Go on? [y/N] "));
  }

  private static void refuse(final boolean given, final String flag, final String advice)
      throws FailureException {
    if (given) {
      throw new FailureException(
          FailureKind.CONFIGURATION, flag + " is not in this version of Understudy", advice);
    }
  }
}
