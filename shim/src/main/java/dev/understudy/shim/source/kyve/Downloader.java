package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.Compression;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.source.StorageProvider;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings one bundle at a time onto the disk: asks gateway after gateway, and a second one at the
 * same time where the first takes much longer than is usual. Thread-safe; {@link #download} blocks
 * and is ended by an interrupt.
 */
final class Downloader {
  // so many times the usual time is "much slower than the others"
  private static final int SLOW_FACTOR = 3;

  private final DownloadAttempt.Tools tools;
  private final GatewayBoard board;
  private final SourceConfig config;
  private final SourceMetrics metrics;
  private final ExecutorService threads;
  private final CountDownLatch closed;

  Downloader(
      final DownloadAttempt.Tools tools,
      final GatewayBoard board,
      final SourceConfig config,
      final ExecutorService threads,
      final CountDownLatch closed) {
    this.tools = tools;
    this.board = board;
    this.config = config;
    this.metrics = tools.metrics();
    this.threads = threads;
    this.closed = closed;
  }

  /** A temporary file with the promised hash; its bytes are taken from the budget. */
  record Download(Path file, long bytes) {}

  /** Waits until the bundle is on disk, checked against its hash. */
  Download download(final BundleRef ref, final long number)
      throws FailureException, InterruptedException {
    requireReadable(ref);
    final List<Gateway> gateways = gatewaysOf(ref);
    final Tries tries = new Tries(gateways, board, config.patience(), metrics, closed);
    final BlockingQueue<DownloadAttempt> reports = new LinkedBlockingQueue<>();
    final Set<DownloadAttempt> running = new LinkedHashSet<>();
    boolean won = false;
    try {
      while (true) {
        if (running.isEmpty()) {
          final Gateway gateway = tries.next().orElseThrow(() -> notToBeHad(ref, tries));
          running.add(start(ref, number, gateway, reports));
        }
        final DownloadAttempt reported =
            reports.poll(config.patience().hedgeAfter().toNanos(), TimeUnit.NANOSECONDS);
        if (reported == null) {
          hedgeIfSlow(ref, number, tries, running, reports);
          continue;
        }
        running.remove(reported);
        final GatewayFault fault = reported.fault();
        if (fault != null) {
          tries.failed(reported.gateway(), fault);
          continue;
        }
        final Download download = settle(reported);
        metrics.countBundleDownloaded();
        won = true;
        return download;
      }
    } finally {
      for (final DownloadAttempt left : running) {
        left.abandon();
        final boolean hadItsTime =
            won && left.elapsedNanos() >= config.patience().hedgeAfter().toNanos();
        board.abandoned(left.gateway(), left.receivedBytes(), left.elapsedNanos(), hadItsTime);
      }
    }
  }

  private Download settle(final DownloadAttempt reported) throws FailureException {
    boolean good = false;
    try {
      final Download download = new Download(reported.takeFile(), reported.receivedBytes());
      good = true;
      return download;
    } finally {
      if (good) {
        board.succeeded(reported.gateway(), reported.receivedBytes(), reported.elapsedNanos());
      } else {
        board.abandoned(reported.gateway(), 0, 0, false);
      }
    }
  }

  private DownloadAttempt start(
      final BundleRef ref,
      final long number,
      final Gateway gateway,
      final BlockingQueue<DownloadAttempt> reports) {
    final DownloadAttempt attempt =
        new DownloadAttempt(tools, ref, number, gateway, gateway.with(suffix(ref)), reports);
    attempt.runsAs(threads.submit(attempt));
    return attempt;
  }

  private void hedgeIfSlow(
      final BundleRef ref,
      final long number,
      final Tries tries,
      final Set<DownloadAttempt> running,
      final BlockingQueue<DownloadAttempt> reports) {
    if (running.size() > 1) {
      return;
    }
    final DownloadAttempt first = running.iterator().next();
    final Duration patience =
        board
            .usualTime(first.statedBytes())
            .map(usual -> usual.multipliedBy(SLOW_FACTOR))
            .orElse(config.patience().stallTimeout().dividedBy(2));
    if (first.elapsedNanos() < patience.toNanos()) {
      return;
    }
    final Set<Gateway> busy = new HashSet<>(Set.of(first.gateway()));
    final @Nullable Gateway other = tries.readyNow(busy).orElse(null);
    if (other != null) {
      metrics.countHedge();
      running.add(start(ref, number, other, reports));
    }
  }

  private List<Gateway> gatewaysOf(final BundleRef ref) throws FailureException {
    final StorageGateways known = config.gateways();
    if (!known.override().isEmpty()) {
      return board.at(known.override());
    }
    final Optional<StorageProvider> provider = StorageProvider.numbered(ref.storageProvider());
    final List<URI> addresses = provider.map(known::of).orElse(List.of());
    if (addresses.isEmpty()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          ref.label()
              + " lies with storage provider "
              + ref.storageProvider()
              + provider.map(name -> " (" + name + ")").orElse("")
              + ", for which no gateway is known",
          "Name a gateway that serves it (--storage-rest).");
    }
    return board.at(addresses);
  }

  private String suffix(final BundleRef ref) {
    final boolean resolves =
        config.gateways().override().isEmpty()
            && ref.storageProvider() == StorageProvider.LOAD.id();
    return (resolves ? "/resolve/" : "/") + ref.storageId();
  }

  private static void requireReadable(final BundleRef ref) throws FailureException {
    if (Compression.numbered(ref.compression()).isEmpty()) {
      throw new FailureException(
          FailureKind.ARCHIVE,
          ref.label() + " has the unknown compression " + ref.compression(),
          "Compressions 0 (none) and 1 (gzip) can be read; this bundle needs a newer version of"
              + " Understudy.");
    }
  }

  private FailureException notToBeHad(final BundleRef ref, final Tries tries) {
    return new FailureException(
        FailureKind.ARCHIVE,
        ref.label() + " can't be fetched: " + tries.story(suffix(ref)),
        "Check the network, or name other gateways that serve the same bytes (--storage-rest takes"
            + " several). The same command goes on where this one stopped.");
  }
}
