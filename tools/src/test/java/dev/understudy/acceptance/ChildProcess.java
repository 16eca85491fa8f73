package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A running program of a test, with its output in a log file that later runs add to. Ended by its
 * process id, by {@link #close} at the latest, together with the children it may have left.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String name;
  private final Process process;
  private final Path log;
  private volatile boolean frozen;

  private ChildProcess(final String name, final Process process, final Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /** Starts a program that the bed ends when the test does. */
  public static ChildProcess start(
      final TestBed bed, final String name, final List<String> command) {
    final Path log = bed.folder().resolve(name + ".log");
    try {
      final Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      return bed.own(new ChildProcess(name, process, log));
    } catch (final IOException e) {
      throw new UncheckedIOException("could not start " + command, e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that the program has printed, earlier runs under the same name included. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Throws with the end of the log if the program has ended. */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          name + " ended with exit code " + process.exitValue() + "; its log " + log + tail());
    }
  }

  /** Waits until a port on the loopback is listened on; throws if the program ends before. */
  public void awaitListening(final int port, final Duration time) {
    Awaitility.await(name + " accepts connections")
        .atMost(time)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> accepts(port));
  }

  private boolean accepts(final int port) {
    requireAlive();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (final IOException e) {
      return false;
    }
  }

  /** Waits for the program to end by itself and returns its exit code. */
  public int awaitExit(final Duration time) {
    if (!ended(time)) {
      throw new IllegalStateException(
          name + " still runs after " + time + "; its log " + log + tail());
    }
    return process.exitValue();
  }

  /** Waits for so long, and says whether the program has ended by then. */
  public boolean endsWithin(final Duration time) {
    return ended(time);
  }

  /** Sends SIGTERM without waiting. */
  public void terminate() {
    process.destroy();
  }

  /** SIGTERM, and SIGKILL if the program does not end within 20 seconds. */
  public void stop() {
    process.destroy();
    if (!ended(PATIENCE)) {
      kill();
    }
  }

  /** SIGKILL; returns when the program has ended. */
  public void kill() {
    process.destroyForcibly();
    if (!ended(PATIENCE)) {
      throw new IllegalStateException(name + " (" + pid() + ") survived SIGKILL");
    }
  }

  /** SIGSTOP: the program keeps its files and locks and does nothing, until {@link #thaw}. */
  public void freeze() {
    frozen = true;
    signal("STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    frozen = false;
    signal("CONT");
  }

  @Override
  public void close() {
    if (frozen && isAlive()) {
      thaw();
    }
    final List<ProcessHandle> children = process.descendants().toList();
    stop();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private boolean ended(final Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }

  private void signal(final String signal) {
    Command.output(Path.of("kill"), "-" + signal, Long.toString(pid()));
  }

  private String tail() {
    try {
      return " ends with:\n" + Command.tail(log);
    } catch (final IOException e) {
      return " can't be read: " + e;
    }
  }
}
