package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A disk whose every sync takes longer, for any program: strace holds fsync, fdatasync and msync
 * back before they run and leaves every other call alone (a seccomp filter, so they run at full
 * speed).
 */
final class SlowDisk {
  private static final String SYNCS = "fsync,fdatasync,msync";

  private final Path strace;
  private final int millis;

  private SlowDisk(final Path strace, final int millis) {
    this.strace = strace;
    this.millis = millis;
  }

  /** Fails where this machine has no strace. */
  static SlowDisk of(final int millis) throws FailureException {
    final String path = System.getenv("PATH");
    for (final String folder : path == null ? new String[0] : path.split(File.pathSeparator, -1)) {
      final Path candidate = Path.of(folder, "strace");
      if (Files.isExecutable(candidate)) {
        return new SlowDisk(candidate, millis);
      }
    }
    throw new FailureException(
        FailureKind.CONFIGURATION,
        "--sync-delay needs strace, which is not on the PATH",
        "Install strace (5.3 or newer), or measure on a disk that is slow by itself.");
  }

  /** The command on this disk; its process is a child of whoever starts it, as before. */
  List<String> under(final List<String> command) {
    final List<String> whole =
        new ArrayList<>(
            List.of(
                strace.toString(),
                "-D",
                "-f",
                "--seccomp-bpf",
                "-qqq",
                "-o",
                "/dev/null",
                "-e",
                "trace=" + SYNCS,
                "-e",
                "inject=" + SYNCS + ":delay_enter=" + TimeUnit.MILLISECONDS.toMicros(millis)));
    whole.addAll(command);
    return whole;
  }
}
