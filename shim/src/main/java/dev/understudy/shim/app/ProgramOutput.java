package dev.understudy.shim.app;

import dev.understudy.handoff.process.ProcessStop;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a program prints when it is asked something: both of its streams as one text, up to a limit.
 *
 * @param inTime whether it ended by itself
 */
record ProgramOutput(String text, boolean inTime) {
  private static final int MAX_BYTES = 1024 * 1024;

  /**
   * Runs a program to its end, or ends it after the time limit.
   *
   * @param name the program, as the message to the operator calls it
   */
  static ProgramOutput of(final ProcessBuilder command, final String name, final Duration limit)
      throws FailureException, InterruptedException {
    final Process process;
    try {
      process = command.start();
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The app's binary " + name + " can't be started: " + e.getMessage() + ".",
          "Check that it is built for this machine and may be executed.",
          e);
    }
    final Reader reader = new Reader(process.getInputStream());
    final Thread thread = new Thread(reader, "app-answer");
    thread.setDaemon(true);
    thread.start();
    boolean inTime = false;
    try {
      inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      new ProcessStop(process.toHandle(), Duration.ofSeconds(1), Duration.ofSeconds(3)).run();
    }
    thread.join(Duration.ofSeconds(1).toMillis());
    return new ProgramOutput(reader.text(), inTime);
  }

  /** Reads up to a limit, and what is past it into nothing. */
  private static final class Reader implements Runnable {
    private final InputStream in;
    private volatile String text = "";

    Reader(final InputStream in) {
      this.in = in;
    }

    @Override
    public void run() {
      try (in) {
        text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        in.transferTo(OutputStream.nullOutputStream());
      } catch (final IOException e) {
        // silence is an answer too
        return;
      }
    }

    String text() {
      return text;
    }
  }
}
