package dev.understudy.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * Understudy as a user runs it: the launcher at the project's root, in a process of its own. Every
 * run has its own log {@code understudy-<n>.log} in the bed's folder; the test bed ends what still
 * runs.
 */
public final class UnderstudyProcess {
  private static final AtomicInteger RUNS = new AtomicInteger();

  private final ChildProcess process;

  private UnderstudyProcess(final ChildProcess process) {
    this.process = process;
  }

  /** Runs {@code understudy} with these arguments; returns at once. */
  public static UnderstudyProcess start(final TestBed bed, final String... arguments) {
    return startUnder(bed, List.of(), arguments);
  }

  /** Lets another program run {@code understudy} with these arguments. */
  public static UnderstudyProcess startUnder(
      final TestBed bed, final List<String> program, final String... arguments) {
    final List<String> command = new ArrayList<>(program);
    command.add(launcher().toString());
    command.addAll(List.of(arguments));
    final String name = "understudy-" + RUNS.incrementAndGet();
    return new UnderstudyProcess(ChildProcess.start(bed, name, command));
  }

  /**
   * Runs {@code understudy block-sync} from an archive's first block pool into a home; the app is
   * where config.toml expects it unless the flags say otherwise.
   */
  public static UnderstudyProcess blockSync(
      final TestBed bed, final NodeHome home, final ArchiveProcess archive, final String... flags) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("block-sync", "--home", home.path().toString()));
    arguments.addAll(archive.sourceFlags());
    arguments.addAll(List.of(flags));
    return start(bed, arguments.toArray(String[]::new));
  }

  /** The project's root. */
  static Path root() {
    return launcher().resolveSibling(".").normalize();
  }

  /** The launcher that stands at the project's root; Maven has packaged what it runs. */
  public static Path launcher() {
    final Path launcher =
        Path.of(System.getProperty("basedir", ".")).toAbsolutePath().resolveSibling("understudy");
    if (!Files.isExecutable(launcher)) {
      throw new IllegalStateException("no launcher at " + launcher);
    }
    return launcher;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that this run has printed, on both streams. */
  public String output() {
    return process.log();
  }

  /** Waits for the end and returns the exit code; a death by signal n is 128 + n. */
  public int awaitExit(final Duration time) {
    return process.awaitExit(time);
  }

  /** Waits for the end, which must be exit code 0; returns the output. */
  public String awaitDone(final Duration time) {
    final int code = awaitExit(time);
    if (code != 0) {
      throw new IllegalStateException("Understudy ended with " + code + " and said\n" + output());
    }
    return output();
  }

  /** Waits until the run has printed something that matches; fails when it ends before. */
  public UnderstudyProcess awaitOutput(final Pattern wanted, final Duration time) {
    Awaitility.await("Understudy says " + wanted)
        .atMost(time)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              // looked at first: what was said before the end counts
              final boolean alive = process.isAlive();
              final boolean said = wanted.matcher(output()).find();
              if (!said && !alive) {
                process.requireAlive();
              }
              return said;
            });
    return this;
  }

  /** Waits for so long, and says whether the run has ended by then. */
  public boolean endsWithin(final Duration time) {
    return process.endsWithin(time);
  }

  /** Sends SIGTERM without waiting. */
  public void terminate() {
    process.terminate();
  }

  /** SIGKILL to Java; returns when its launcher has ended as well. */
  public void kill() {
    // Java first: told of its launcher's end it would stop in order
    ProcessHandle.of(pid())
        .ifPresent(launcher -> launcher.children().forEach(ProcessHandle::destroyForcibly));
    process.kill();
  }

  /** SIGKILL to the launcher alone. */
  public void killLauncher() {
    process.kill();
  }
}
