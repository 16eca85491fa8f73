package dev.understudy.storage.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names the process that holds a lock on a file, as far as Linux tells. */
final class LockOwner {
  private static final Path TABLE = Path.of("/proc/locks");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int MOST_WORDS = 120;

  private LockOwner() {}

  /** "process 123 (simd start --home …)", or "another process". */
  static String of(final Path file) {
    try {
      final String inode = ":" + Files.getAttribute(file, "unix:ino");
      for (final String line : Files.readAllLines(TABLE)) {
        // 1: FLOCK  ADVISORY  WRITE 123 08:01:456 0 EOF; one that waits has an arrow behind the 1:
        final String[] fields = BLANKS.split(line.trim(), -1);
        if (fields.length > 5 && fields[5].endsWith(inode) && !fields[1].equals("->")) {
          return named(Long.parseLong(fields[4]));
        }
      }
    } catch (final IOException | RuntimeException e) {
      // an advice that can't be given: the lock is held all the same
      return "another process";
    }
    return "another process";
  }

  static String named(final long pid) {
    final Optional<String> command =
        ProcessHandle.of(pid).flatMap(handle -> handle.info().commandLine());
    return "process "
        + pid
        + command
            .map(c -> c.length() > MOST_WORDS ? c.substring(0, MOST_WORDS) + "…" : c)
            .map(c -> " (" + c + ")")
            .orElse("");
  }
}
