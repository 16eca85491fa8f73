package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process with its whole consumption. It runs under a shell that waits for it and then
 * writes down what the kernel has added up for it: exact, however it ends, where looking at /proc
 * from here would come too early or too late. Only the peak of memory is looked at while it runs,
 * every {@value #LOOK_MILLIS} ms.
 *
 * <p>Safe for all threads. {@link #close} leaves nothing of it running.
 */
final class MeasuredProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MeasuredProcess.class);
  private static final String SHELL =
      "end=$1; shift; \"$@\"; code=$?; cat /proc/$$/stat /proc/$$/io > \"$end\"; exit $code";
  private static final int LOOK_MILLIS = 20;

  /** Searching goes through all of the machine's processes, on a core that is being measured. */
  private static final int LOOKS_A_SEARCH = 10;

  private static final int TAIL_BYTES = 4096;
  private static final Duration STOP_WITHIN = Duration.ofSeconds(60);
  private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

  private final String name;
  private final Process shell;
  private final Path log;
  private final Path end;
  private final long startedAt;
  private final Map<Long, ProcessHandle> family = new ConcurrentHashMap<>();
  private final Thread looker;
  private volatile long peakRssBytes;
  private volatile long endedAt;

  private MeasuredProcess(
      final String name,
      final Process shell,
      final Path log,
      final Path end,
      final long startedAt) {
    this.name = name;
    this.shell = shell;
    this.log = log;
    this.end = end;
    this.startedAt = startedAt;
    this.looker = new Thread(this::look, "bench-look-" + name);
    looker.setDaemon(true);
  }

  /**
   * Starts a program; what it prints goes to {@code NAME.log} in the folder.
   *
   * @param name what messages call it
   */
  static MeasuredProcess start(final String name, final List<String> command, final Path folder)
      throws FailureException {
    final Path log = folder.resolve(name + ".log");
    final Path end = folder.resolve(name + ".end");
    final List<String> whole = new ArrayList<>(List.of("sh", "-c", SHELL, "sh", end.toString()));
    whole.addAll(command);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(end);
      final long startedAt = System.nanoTime();
      final Process shell =
          new ProcessBuilder(whole)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(log.toFile())
              .start();
      final MeasuredProcess process = new MeasuredProcess(name, shell, log, end, startedAt);
      process.looker.start();
      return process;
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s can't be started (%s): %s".formatted(name, command.get(0), e.getMessage()),
          "Check the path, and the free space of the bench's folder.",
          e);
    }
  }

  /** Until the process has ended: its memory, and who belongs to it. */
  private void look() {
    try {
      int looks = 0;
      List<ProcessHandle> alive = List.of();
      do {
        if (looks++ % LOOKS_A_SEARCH == 0) {
          alive = descendants();
        }
        for (final ProcessHandle process : alive) {
          peakRss(process.pid()).ifPresent(bytes -> peakRssBytes = Math.max(peakRssBytes, bytes));
        }
        // nothing tells when a process has grown: it must be looked at
      } while (!shell.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS));
      endedAt = System.nanoTime();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** With wrapper scripts the engine itself may be a grandchild. */
  private List<ProcessHandle> descendants() {
    final List<ProcessHandle> now = shell.descendants().toList();
    now.forEach(process -> family.putIfAbsent(process.pid(), process));
    return now;
  }

  private static OptionalLong peakRss(final long pid) {
    try {
      return ProcText.peakRssBytes(
          Files.readString(Path.of("/proc", Long.toString(pid), "status")));
    } catch (final IOException ended) {
      return OptionalLong.empty();
    }
  }

  Path log() {
    return log;
  }

  boolean isAlive() {
    return shell.isAlive();
  }

  /** Waits for so long at most, and says whether it has ended by then. */
  boolean endsWithin(final Duration time) throws InterruptedException {
    return shell.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Throws its last lines if it has ended: made for something that is to go on. */
  void requireAlive() throws FailureException {
    if (!shell.isAlive()) {
      throw failed("ended with exit code " + shell.exitValue());
    }
  }

  /** Waits for it to end by itself, with exit code 0. */
  void awaitDone(final Duration within) throws FailureException, InterruptedException {
    if (!endsWithin(within)) {
      throw failed("has not ended within %d s".formatted(within.toSeconds()));
    }
    if (shell.exitValue() != 0) {
      throw failed("ended with exit code " + shell.exitValue());
    }
  }

  FailureException failed(final String what) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        "the bench can't go on: %s %s%s".formatted(name, what, tail()),
        "Try the same command by hand; --dir keeps homes and logs of the bench.");
  }

  private String tail() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      final long from = Math.max(0, file.length() - TAIL_BYTES);
      final byte[] bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      final String text = new String(bytes, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? " and said nothing" : ". Its log ends with:\n" + text;
    } catch (final IOException e) {
      return "; its log " + log + " can't be read: " + e.getMessage();
    }
  }

  /** From its start to its end. */
  long wallNanos() throws InterruptedException {
    looker.join();
    return endedAt - startedAt;
  }

  /** When it was started, by {@link System#nanoTime}. */
  long startedAt() {
    return startedAt;
  }

  /** What it has used, once it has ended. */
  Usage usage() throws FailureException, InterruptedException {
    looker.join();
    try {
      final String text = Files.readString(end);
      final int split = text.indexOf('\n');
      return new Usage(
          ProcText.secondsOfChildren(text.substring(0, split)),
          peakRssBytes == 0 ? OptionalLong.empty() : OptionalLong.of(peakRssBytes),
          ProcText.writtenBytes(text.substring(split + 1)));
    } catch (final IOException | IndexOutOfBoundsException | NumberFormatException e) {
      throw new FailureException(
          FailureKind.DISK,
          "what %s has used was not written down: %s".formatted(name, e),
          "Check the free space of the bench's folder.",
          e);
    }
  }

  /** SIGTERM, SIGKILL after a minute; returns when it has ended. The shell ends by itself. */
  void stop() throws InterruptedException {
    descendants();
    final long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
    // a program may miss a signal while it boots, and a shell may not have started it yet
    while (shell.isAlive() && System.nanoTime() < deadline) {
      shell.children().forEach(ProcessHandle::destroy);
      if (shell.waitFor(1, TimeUnit.SECONDS)) {
        break;
      }
    }
    kill();
  }

  private void kill() throws InterruptedException {
    if (shell.isAlive()) {
      LOG.warn("{} does not end by SIGTERM and is killed", name);
      shell.children().forEach(ProcessHandle::destroyForcibly);
      if (!shell.waitFor(KILLED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    }
    looker.join(KILLED_WITHIN.toMillis());
    // what it has started and left behind
    family.values().stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
