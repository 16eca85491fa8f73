package dev.understudy.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether what we write can be erased again. */
final class Terminals {
  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private Terminals() {}

  /** True if stderr is a terminal that knows how to erase a line. */
  static boolean stderrCanErase(final Map<String, String> environment) {
    final String term = environment.getOrDefault("TERM", "");
    return !term.isEmpty() && !term.equals("dumb") && stderrIsTerminal();
  }

  private static boolean stderrIsTerminal() {
    try {
      final String target = Files.readSymbolicLink(STDERR).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (final IOException | UnsupportedOperationException e) {
      // no /proc: plain lines are right everywhere
      return false;
    }
  }
}
