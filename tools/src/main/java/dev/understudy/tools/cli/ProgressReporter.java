package dev.understudy.tools.cli;

import ch.qos.logback.classic.LoggerContext;
import dev.understudy.shim.BlockSync;
import dev.understudy.shim.status.Rates;
import dev.understudy.shim.status.SyncCounts;
import dev.understudy.shim.status.SyncPhase;
import dev.understudy.shim.status.SyncSnapshot;
import dev.understudy.shim.status.SyncStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells of a sync's progress while it is open: on a terminal by a line that is replaced each
 * second, in logs by a line every ten seconds and one at the end. Has a thread of its own, which
 * ends with {@link #close}.
 */
final class ProgressReporter implements AutoCloseable {
  private static final long LOG_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LOOK_SECONDS = 1;
  private static final long WAIT_SECONDS = 5;

  private final SyncStatus status;
  private final Logger log;
  private final boolean figures;
  private final LongSupplier nanoClock;
  private @Nullable LiveLine line;
  private @Nullable ScheduledExecutorService clock;
  private long loggedAt;
  private boolean closed;

  ProgressReporter(
      final SyncStatus status,
      final Logger log,
      final boolean figures,
      final @Nullable LiveLine line,
      final LongSupplier nanoClock) {
    this.status = status;
    this.log = log;
    this.figures = figures;
    this.line = line;
    this.nanoClock = nanoClock;
    this.loggedAt = nanoClock.getAsLong();
  }

  /** Goes where {@link LogSetup#apply} has set the log up to go, by the same options. */
  static ProgressReporter start(final BlockSync sync, final LogOptions options) {
    final LiveLine line =
        LoggerFactory.getILoggerFactory() instanceof LoggerContext context
            ? LogSetup.liveLine(context).orElse(null)
            : null;
    final ProgressReporter reporter =
        new ProgressReporter(
            SyncStatus.of(sync),
            LoggerFactory.getLogger(LogSetup.PROGRESS_LOGGER),
            options.json(),
            line,
            System::nanoTime);
    reporter.begin();
    return reporter;
  }

  private synchronized void begin() {
    final ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              final Thread thread = new Thread(task, "understudy-progress");
              thread.setDaemon(true);
              return thread;
            });
    final var unused = started.scheduleAtFixedRate(this::tick, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    clock = started;
  }

  /** One look; called each second. */
  synchronized void tick() {
    if (closed) {
      return;
    }
    final SyncSnapshot snapshot = status.snapshot();
    show(snapshot);
    if (nanoClock.getAsLong() - loggedAt >= LOG_NANOS) {
      loggedAt += LOG_NANOS;
      log(snapshot);
    }
  }

  private void show(final SyncSnapshot snapshot) {
    final LiveLine shown = line;
    if (shown == null) {
      return;
    }
    try {
      shown.show(ProgressLine.of(snapshot));
    } catch (final IOException e) {
      // the terminal is gone; the job is not
      line = null;
    }
  }

  private void log(final SyncSnapshot snapshot) {
    if (figures) {
      logFigures(snapshot);
    } else {
      log.info("{}", ProgressLine.of(snapshot));
    }
  }

  /** The figures stand beside the text, for those who read JSON lines. */
  private void logFigures(final SyncSnapshot snapshot) {
    final SyncCounts counts = snapshot.counts();
    final Rates now = snapshot.now();
    LoggingEventBuilder event =
        log.atInfo()
            .addKeyValue("phase", counts.phase().label())
            .addKeyValue("height", counts.height());
    if (counts.target().isPresent()) {
      event = event.addKeyValue("target_height", counts.target().getAsLong());
    }
    if (snapshot.eta().isPresent()) {
      event = event.addKeyValue("eta_seconds", snapshot.eta().get().toSeconds());
    }
    event = with(event, "app_idle_percent", now.appIdleShare());
    event = with(event, "app_idle_percent_overall", snapshot.overall().appIdleShare());
    event
        .addKeyValue("blocks_per_second", decimal(now.blocks()))
        .addKeyValue("blocks_per_second_overall", decimal(snapshot.overall().blocks()))
        .addKeyValue("txs_per_second", decimal(now.txs()))
        .addKeyValue("bytes_per_second", Math.round(now.bytes()))
        .addKeyValue("checkpoint_height", counts.checkpointHeight())
        .log(ProgressLine.of(snapshot));
  }

  private static LoggingEventBuilder with(
      final LoggingEventBuilder event, final String key, final OptionalDouble share) {
    return share.isPresent() ? event.addKeyValue(key, decimal(100 * share.getAsDouble())) : event;
  }

  private static String decimal(final double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** Takes the live line away and logs how far it came; twice is harmless. */
  @Override
  public void close() {
    final ScheduledExecutorService ticking;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      ticking = clock;
      final SyncSnapshot last = status.snapshot();
      if (last.counts().phase() != SyncPhase.STARTING) {
        log(last);
      }
      final LiveLine shown = line;
      if (shown != null) {
        try {
          shown.clear();
        } catch (final IOException e) {
          line = null;
        }
      }
    }
    if (ticking != null) {
      end(ticking);
    }
  }

  private static void end(final ScheduledExecutorService ticking) {
    ticking.shutdownNow();
    try {
      ticking.awaitTermination(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
