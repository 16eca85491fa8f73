package dev.understudy.tools.cli;

import java.io.Console;

/** Asks whoever sits at the terminal. */
final class Agreement {
  private Agreement() {}

  /** False where nobody can be asked. */
  @SuppressWarnings("SystemConsoleNull") // newer JDKs give a console that reads nothing: no as well
  static boolean asked() {
    final Console console = System.console();
    return console != null && "y".equalsIgnoreCase(console.readLine("Go on? [y/N] "));
  }
}
