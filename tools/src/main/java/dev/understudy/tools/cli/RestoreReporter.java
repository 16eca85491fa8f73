package dev.understudy.tools.cli;

import dev.understudy.shim.snapshot.RestoreProgress;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how far a restore is, every few seconds while it is open, on a thread of its own. */
final class RestoreReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogSetup.PROGRESS_LOGGER);
  private static final long EVERY_SECONDS = 5;

  private final RestoreProgress progress;
  private final ScheduledExecutorService clock;
  private long beganNanos;

  private RestoreReporter(final RestoreProgress progress) {
    this.progress = progress;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              final Thread thread = new Thread(task, "understudy-restore-progress");
              thread.setDaemon(true);
              return thread;
            });
  }

  static RestoreReporter start(final RestoreProgress progress) {
    final RestoreReporter reporter = new RestoreReporter(progress);
    final var unused =
        reporter.clock.scheduleAtFixedRate(
            reporter::tick, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    return reporter;
  }

  private void tick() {
    final long total = progress.totalChunks();
    final long done = progress.chunksApplied();
    if (total == 0 || done == total) {
      return;
    }
    if (beganNanos == 0) {
      beganNanos = System.nanoTime();
    }
    final double seconds = (System.nanoTime() - beganNanos) / 1e9 + EVERY_SECONDS;
    LOG.info(line(done, total, progress.bytesApplied(), seconds));
  }

  /** Chunks are of about one size: the rest takes as long for each as those before. */
  static String line(final long done, final long total, final long bytes, final double seconds) {
    final String rest =
        done == 0
            ? "no chunk applied yet"
            : String.format(
                Locale.ROOT,
                "%.1f MB at %.1f MB/s, about %.0f s to go",
                bytes / 1e6,
                bytes / 1e6 / seconds,
                seconds * (total - done) / done);
    return "restoring: chunk %d of %d, %s".formatted(done, total, rest);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
