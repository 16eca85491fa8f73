package dev.understudy.shim.app;

import dev.understudy.types.FailureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Finds the flag by which an app leaves out its own engine: {@code --with-tendermint=false}, or
 * since SDK 0.50 {@code --with-comet=false}.
 */
final class EngineSwitch {
  private static final String OLD = "--with-tendermint";
  private static final String NEW = "--with-comet";

  private EngineSwitch() {}

  /**
   * Asks {@code PROGRAM start --help}. A program without such help (a wrapper that starts at once)
   * gets the older flag, after the time limit: apps that know the newer one take the older for it
   * (SDK 0.50, server/start.go).
   */
  static String find(final AppProgram program, final Path home, final Duration limit)
      throws FailureException, InterruptedException {
    final String help =
        ProgramOutput.of(
                program.process(List.of("start", "--help", "--home", home.toString())),
                program.toString(),
                limit)
            .text();
    final String flag = help.contains(NEW) && !help.contains(OLD) ? NEW : OLD;
    return flag + "=false";
  }
}
