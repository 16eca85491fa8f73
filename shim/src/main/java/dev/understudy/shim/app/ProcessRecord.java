package dev.understudy.shim.app;

import dev.understudy.handoff.process.ProcessStop;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in a file which app was started, so that the next run can end an app that a killed run
 * left behind: it would hold the app's database and its port, and may be in the middle of a block.
 * A process number that meanwhile belongs to another program is recognised by its start time.
 */
final class ProcessRecord {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessRecord.class);
  private static final int MAX_BYTES = 256;
  // the start time is counted from the boot, whose time moves a little when the clock is set
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  private final Path file;

  ProcessRecord(final Path file) {
    this.file = file;
  }

  void write(final ProcessHandle handle) throws IOException {
    final long started = handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    Files.writeString(file, handle.pid() + " " + started + "\n");
  }

  void clear() throws IOException {
    Files.deleteIfExists(file);
  }

  /** Ends the recorded process if it still lives. */
  void endLeftover(final AppLaunch.StopPolicy policy)
      throws FailureException, InterruptedException, IOException {
    final Optional<ProcessHandle> leftover = leftover();
    if (leftover.isPresent()) {
      final ProcessHandle handle = leftover.get();
      LOG.info("Ending the app that an earlier run left behind (process {})", handle.pid());
      final ProcessStop stop = new ProcessStop(handle, policy.repeat(), policy.limit());
      if (stop.run() == ProcessStop.Outcome.SURVIVED) {
        throw new FailureException(
            FailureKind.APP,
            "The app that an earlier run left behind (process " + handle.pid() + ") does not end.",
            "End it by hand, then run the same command again.");
      }
    }
    clear();
  }

  private Optional<ProcessHandle> leftover() throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
      return Optional.empty();
    }
    final String[] words = Files.readString(file).strip().split(" ", -1);
    final long pid;
    final Instant started;
    try {
      pid = Long.parseLong(words[0]);
      started = Instant.ofEpochMilli(Long.parseLong(words[words.length - 1]));
    } catch (final NumberFormatException e) {
      LOG.debug("{} is torn and tells nothing", file);
      return Optional.empty();
    }
    return ProcessHandle.of(pid)
        .filter(
            handle ->
                handle
                    .info()
                    .startInstant()
                    .map(at -> Duration.between(at, started).abs().compareTo(TOLERANCE) <= 0)
                    .orElse(false));
  }
}
