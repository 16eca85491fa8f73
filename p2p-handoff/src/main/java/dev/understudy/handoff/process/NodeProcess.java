package dev.understudy.handoff.process;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The real node as a process that outlives us: its output goes into a file (or where ours goes),
 * never through a pipe of ours, and a later run finds it again by a record in Understudy's folder.
 * Nobody stops it but {@link #stop}; there is no hook. Safe for every thread.
 *
 * <p>The record is written by the process itself before it becomes the node (a shell that writes
 * its number, then {@code exec}), so that there is no moment in which a node runs unrecorded.
 */
public final class NodeProcess {
  private static final String RECORD = "node.process";
  private static final String LOG = "node.log";
  private static final int MAX_RECORD_BYTES = 64;
  private static final int TAIL_BYTES = 64 << 10;
  private static final long LARGE_LOG_BYTES = 64L << 20;
  private static final int SIGNAL_BASE = 128;

  // start times are counted from the boot, whose time moves a little when the clock is set
  private static final Duration TOLERANCE = Duration.ofSeconds(5);
  private static final Duration REPEAT = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");

  private final ProcessHandle handle;
  private final @Nullable Process child;
  private final Optional<Path> log;
  private final long logBegin;

  private NodeProcess(
      final ProcessHandle handle,
      final @Nullable Process child,
      final Optional<Path> log,
      final long logBegin) {
    this.handle = handle;
    this.child = child;
    this.log = log;
    this.logBegin = logBegin;
  }

  /** Starts the node; nothing is waited for. */
  public static NodeProcess start(final NodeLaunch launch) throws FailureException {
    final Path log = launch.folder().resolve(LOG);
    final List<String> command =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                "echo $$ >\"$0\" && exec \"$@\"",
                launch.folder().resolve(RECORD).toString()));
    command.addAll(launch.command());
    final ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(launch.environment());
    builder.redirectInput(new File("/dev/null")).redirectErrorStream(!launch.ownOutput());
    try {
      Files.createDirectories(launch.folder());
      if (launch.ownOutput()) {
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        final Process process = builder.start();
        return new NodeProcess(process.toHandle(), process, Optional.empty(), 0);
      }
      if (Files.exists(log) && Files.size(log) > LARGE_LOG_BYTES) {
        Files.move(log, log.resolveSibling(LOG + ".1"), StandardCopyOption.REPLACE_EXISTING);
      }
      final long begin = Files.exists(log) ? Files.size(log) : 0;
      final Process process =
          builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
      return new NodeProcess(process.toHandle(), process, Optional.of(log), begin);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.NODE,
          "The real node %s can't be started: %s".formatted(launch.command().get(0), e),
          "Check the binary and the permissions of %s; the home is ready, start the node yourself."
              .formatted(launch.folder()),
          e);
    }
  }

  /** The node that an earlier run started from this folder, if it lives. */
  public static Optional<NodeProcess> running(final Path folder) {
    final Path record = folder.resolve(RECORD);
    try {
      if (!Files.isRegularFile(record) || Files.size(record) > MAX_RECORD_BYTES) {
        return Optional.empty();
      }
      final long pid = Long.parseLong(Files.readString(record).strip());
      final Instant written = Files.getLastModifiedTime(record).toInstant();
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(handle -> beganAt(handle, written))
          .map(handle -> new NodeProcess(handle, null, logIn(folder), 0));
    } catch (final IOException | NumberFormatException e) {
      // a record that was cut short: no node was begun after it
      return Optional.empty();
    }
  }

  private static Optional<Path> logIn(final Path folder) {
    return Optional.of(folder.resolve(LOG)).filter(Files::exists);
  }

  /** A number that was given to another program meanwhile is told by its start. */
  private static boolean beganAt(final ProcessHandle handle, final Instant written) {
    final Optional<Instant> began = handle.info().startInstant();
    return began.isPresent()
        && Duration.between(began.get(), written).abs().compareTo(TOLERANCE) <= 0;
  }

  public long pid() {
    return handle.pid();
  }

  /** Of a node of this run: until its exit code is known, which is a moment after its end. */
  public boolean isAlive() {
    return child == null ? handle.isAlive() : child.isAlive();
  }

  /** Completes when the node ends, for whatever reason. */
  public CompletableFuture<ProcessHandle> onExit() {
    return child == null ? handle.onExit() : child.onExit().thenApply(Process::toHandle);
  }

  /** Known once it has ended, and if this run has started it; a death by signal n is 128 + n. */
  public OptionalInt exitCode() {
    return child == null || child.isAlive()
        ? OptionalInt.empty()
        : OptionalInt.of(child.exitValue());
  }

  /** How it ended, as messages say it. */
  public String exitWords() {
    final OptionalInt code = exitCode();
    if (code.isEmpty()) {
      return "ended";
    }
    return code.getAsInt() > SIGNAL_BASE
        ? "ended by signal " + (code.getAsInt() - SIGNAL_BASE)
        : "ended with exit code " + code.getAsInt();
  }

  /** Where its output goes; empty where it goes where ours does. */
  public Optional<Path> log() {
    return log;
  }

  /** The last lines of its output since its start, without colours; none where there is no log. */
  public List<String> lastLines() {
    if (log.isEmpty()) {
      return List.of();
    }
    try (SeekableByteChannel file = Files.newByteChannel(log.get())) {
      final long size = file.size();
      final long from = Math.max(Math.min(logBegin, size), size - TAIL_BYTES);
      final ByteBuffer tail = ByteBuffer.allocate((int) (size - from));
      file.position(from);
      while (tail.hasRemaining() && file.read(tail) >= 0) {
        // until the buffer is full
      }
      final String text = new String(tail.array(), 0, tail.position(), StandardCharsets.UTF_8);
      return COLOUR.matcher(text).replaceAll("").lines().toList();
    } catch (final IOException e) {
      return List.of();
    }
  }

  /** SIGTERM, repeated, and SIGKILL after a minute; returns when it is gone. Twice is harmless. */
  public void stop() throws FailureException, InterruptedException {
    if (new ProcessStop(handle, REPEAT, LIMIT).run() == ProcessStop.Outcome.SURVIVED) {
      throw new FailureException(
          FailureKind.NODE,
          "The real node (process %d) does not end, not even by SIGKILL".formatted(pid()),
          "It is stuck in the operating system, usually on a failing disk: look there first.");
    }
    if (child != null) {
      child.waitFor(); // its exit code is known a moment after its end
    }
  }
}
