package dev.understudy.shim.app;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds the flag by which an app leaves out its own engine: {@code --with-tendermint=false}, or
 * since SDK 0.50 {@code --with-comet=false}.
 */
final class EngineSwitch {
  private static final String OLD = "--with-tendermint";
  private static final String NEW = "--with-comet";
  private static final int MAX_HELP_BYTES = 1024 * 1024;

  private EngineSwitch() {}

  /**
   * Asks {@code PROGRAM start --help}. A program without such help (a wrapper that starts at once)
   * gets the older flag, after the time limit: apps that know the newer one take the older for it
   * (SDK 0.50, server/start.go).
   */
  static String find(final AppProgram program, final Path home, final Duration limit)
      throws FailureException, InterruptedException {
    final String help = help(program, home, limit);
    final String flag = help.contains(NEW) && !help.contains(OLD) ? NEW : OLD;
    return flag + "=false";
  }

  private static String help(final AppProgram program, final Path home, final Duration limit)
      throws FailureException, InterruptedException {
    final Process process;
    try {
      process = program.process(List.of("start", "--help", "--home", home.toString())).start();
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The app's binary " + program + " can't be started: " + e.getMessage() + ".",
          "Check that it is built for this machine and may be executed.",
          e);
    }
    final HelpText text = new HelpText(process.getInputStream());
    final Thread reader = new Thread(text, "app-help");
    reader.setDaemon(true);
    reader.start();
    try {
      process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      new ProcessStop(process.toHandle(), Duration.ofSeconds(1), Duration.ofSeconds(3)).run();
    }
    reader.join(Duration.ofSeconds(1).toMillis());
    return text.text();
  }

  /** Reads up to a limit, and what is past it into nothing. */
  private static final class HelpText implements Runnable {
    private final InputStream in;
    private volatile String text = "";

    HelpText(final InputStream in) {
      this.in = in;
    }

    @Override
    public void run() {
      try (in) {
        text = new String(in.readNBytes(MAX_HELP_BYTES), StandardCharsets.UTF_8);
        in.transferTo(java.io.OutputStream.nullOutputStream());
      } catch (final IOException e) {
        // no help is an answer too
        return;
      }
    }

    String text() {
      return text;
    }
  }
}
