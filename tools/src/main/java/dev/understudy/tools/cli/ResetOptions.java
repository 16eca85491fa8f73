package dev.understudy.tools.cli;

import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.HomeReset;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** How a home is reset: what stays, and whether anybody is asked. */
final class ResetOptions {
  @Option(
      names = {"-y", "--yes", "--assumeyes"},
      description = "Answer yes to what would be asked.")
  private boolean yes;

  @Option(
      names = "--keep-addr-book",
      defaultValue = "true",
      fallbackValue = "true",
      arity = "0..1",
      paramLabel = "BOOL",
      description = "Keep the address book at a reset (default: ${DEFAULT-VALUE}).")
  private boolean keepAddressBook = true;

  /** Says what goes, asks through {@code out}, and deletes. */
  void run(final String command, final HomeLayout layout, final PrintWriter out)
      throws FailureException {
    final HomeReset reset = new HomeReset(layout, keepAddressBook);
    final List<Path> doomed = reset.doomed();
    if (doomed.isEmpty()) {
      return;
    }
    out.println(command + " deletes:");
    doomed.forEach(path -> out.println("  " + path));
    out.flush();
    if (!yes && !Agreement.asked()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s was not agreed to; nothing was deleted".formatted(command),
          "Answer y, or say --yes where nobody can be asked.");
    }
    reset.run();
  }
}
