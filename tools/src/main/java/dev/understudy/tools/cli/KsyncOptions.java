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
 * KSYNC's flags beside the main job: the reset, and those that mean nothing here and are accepted
 * without effect.
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
}
