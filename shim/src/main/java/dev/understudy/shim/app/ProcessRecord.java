package dev.understudy.shim.app;

import dev.understudy.handoff.process.ProcessStop;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in a file which app was started, so that the next run can end an app that a killed run
 * left behind: it would hold the app's database and its port, and may be in the middle of a block.
 * A process number that meanwhile belongs to another program is recognised by its start time.
 */
final class ProcessRecord {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessRecord.class);

  /** In the app's environment; its children inherit it. */
  static final String MARK_VARIABLE = "UNDERSTUDY_APP";

  private static final String STARTING = "starting";
  private static final int MAX_BYTES = 256;
  private static final int MAX_ENVIRONMENT = 1 << 20;
  // the start time is counted from the boot, whose time moves a little when the clock is set
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  private final Path file;

  ProcessRecord(final Path file) {
    this.file = file;
  }

  /**
   * Before the start: a run that is killed before {@link #write} leaves an app that nothing but
   * this mark in its environment tells.
   */
  void announce(final String mark) throws IOException {
    DurableFiles.replace(file, (STARTING + " " + mark + "\n").getBytes(StandardCharsets.UTF_8));
  }

  void write(final ProcessHandle handle) throws IOException {
    final long started = handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    DurableFiles.replace(
        file, (handle.pid() + " " + started + "\n").getBytes(StandardCharsets.UTF_8));
  }

  void clear() throws IOException {
    Files.deleteIfExists(file);
  }

  /** Ends the recorded process if it still lives. */
  void endLeftover(final AppLaunch.StopPolicy policy)
      throws FailureException, InterruptedException, IOException {
    for (final ProcessHandle handle : leftovers()) {
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

  private List<ProcessHandle> leftovers() throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
      return List.of();
    }
    final String[] words = Files.readString(file).strip().split(" ", -1);
    if (words[0].equals(STARTING)) {
      return marked(words[words.length - 1]);
    }
    final long pid;
    final Instant started;
    try {
      pid = Long.parseLong(words[0]);
      started = Instant.ofEpochMilli(Long.parseLong(words[words.length - 1]));
    } catch (final NumberFormatException e) {
      LOG.debug("{} is torn and tells nothing", file);
      return List.of();
    }
    return ProcessHandle.of(pid).filter(handle -> startedAt(handle, started)).stream().toList();
  }

  private static boolean startedAt(final ProcessHandle handle, final Instant started) {
    return handle
        .info()
        .startInstant()
        .map(at -> Duration.between(at, started).abs().compareTo(TOLERANCE) <= 0)
        .orElse(false);
  }

  /** Those that were started with the mark, their children too. */
  private static List<ProcessHandle> marked(final String mark) {
    final String entry = MARK_VARIABLE + "=" + mark;
    return ProcessHandle.allProcesses()
        .filter(handle -> Arrays.asList(environment(handle.pid())).contains(entry))
        .toList();
  }

  private static String[] environment(final long pid) {
    try (InputStream in = Files.newInputStream(Path.of("/proc", Long.toString(pid), "environ"))) {
      return new String(in.readNBytes(MAX_ENVIRONMENT), StandardCharsets.ISO_8859_1)
          .split("\0", -1);
    } catch (final IOException e) {
      // ended meanwhile, another user's, or no Linux
      return new String[0];
    }
  }
}
