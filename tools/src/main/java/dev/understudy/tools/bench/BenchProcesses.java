package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Starts all processes of a bench, so that one call ends them, also from a shutdown hook. Safe for
 * all threads.
 */
final class BenchProcesses implements AutoCloseable {
  private final Optional<SlowDisk> disk;
  private final Set<MeasuredProcess> started = ConcurrentHashMap.newKeySet();

  BenchProcesses(final Optional<SlowDisk> disk) {
    this.disk = disk;
  }

  /** Starts what is measured, on the slow disk where there is one. */
  MeasuredProcess start(final String name, final List<String> command, final Path folder)
      throws FailureException {
    return startFast(name, disk.isPresent() ? disk.get().under(command) : command, folder);
  }

  /** Starts what others are measured with; the disk is as fast as it is. */
  MeasuredProcess startFast(final String name, final List<String> command, final Path folder)
      throws FailureException {
    started.removeIf(process -> !process.isAlive());
    final MeasuredProcess process = MeasuredProcess.start(name, command, folder);
    started.add(process);
    return process;
  }

  @Override
  public void close() {
    started.forEach(MeasuredProcess::close);
  }
}
