package dev.understudy.acceptance;

import java.nio.file.Path;
import java.util.List;

/**
 * Processes that name a folder of this test in their command line: the apps that Understudy starts,
 * which no handle of ours leads to once Understudy was killed.
 */
final class LeftoverProcesses implements AutoCloseable {
  private final Path folder;

  private LeftoverProcesses(final Path folder) {
    this.folder = folder;
  }

  /** Ends what is left on this home with the bed. */
  static LeftoverProcesses of(final TestBed bed, final NodeHome home) {
    return bed.own(new LeftoverProcesses(home.path()));
  }

  /** Command lines of those that live. */
  List<String> found() {
    return handles().stream().map(handle -> handle.pid() + " " + handle.info()).toList();
  }

  /** The app that runs on the home, without Understudy itself. */
  ProcessHandle app() {
    return handles().stream()
        .filter(handle -> line(handle).contains("kvstore"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no app runs: " + found()));
  }

  /** SIGKILL for the app, if one runs. */
  boolean killApp() {
    return handles().stream()
        .filter(handle -> line(handle).contains("kvstore"))
        .findFirst()
        .map(ProcessHandle::destroyForcibly)
        .orElse(false);
  }

  @Override
  public void close() {
    handles().forEach(ProcessHandle::destroyForcibly);
  }

  private List<ProcessHandle> handles() {
    return ProcessHandle.allProcesses()
        .filter(ProcessHandle::isAlive)
        .filter(handle -> line(handle).contains(folder.toString()))
        .toList();
  }

  private static String line(final ProcessHandle handle) {
    return handle.info().commandLine().orElse("");
  }
}
