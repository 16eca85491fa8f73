package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs to its end, such as a build or {@code cometbft init}. Its output goes to a
 * file, so that no pipe can fill up; it is ended when its time is over.
 */
final class Command {
  private static final int TAIL = 2_000;

  private final Path folder;
  private final Map<String, String> environment;

  Command(final Path folder, final Map<String, String> environment) {
    this.folder = folder;
    this.environment = Map.copyOf(environment);
  }

  Command with(final String name, final String value) {
    final Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new Command(folder, more);
  }

  /** Runs a program for at most five minutes and returns what it printed on both streams. */
  static String output(final Path program, final String... arguments) {
    try {
      final Path log = Files.createTempFile("command", ".log");
      try {
        final List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        new Command(Path.of("."), Map.of()).run(Duration.ofMinutes(5), log, command);
        return Files.readString(log);
      } finally {
        Files.delete(log);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Throws unless the program ends by itself, in time and with exit code 0. */
  void run(final Duration time, final Path log, final List<String> command) throws IOException {
    final ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    final Process process = builder.start();
    try {
      if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(command + " did not end within " + time + "\n" + tail(log));
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command + " was interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          command + " ended with exit code " + process.exitValue() + ":\n" + tail(log));
    }
  }

  static String tail(final Path log) throws IOException {
    if (!Files.exists(log)) {
      return "(no output)";
    }
    final String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - TAIL));
  }
}
