package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.ArchiveReadException;
import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.cache.CacheDirectory;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Gets one bundle checked onto the disk, from the cache or from the network, and keeps account of
 * it until it is released. Thread-safe; {@link #fetch} blocks and is ended by an interrupt.
 */
final class BundleFetcher {
  private final SourceConfig config;
  private final PoolRuntime runtime;
  private final CacheDirectory cache;
  private final Downloader downloader;
  private final ByteBudget budget;
  private final BundleList list;
  private final SourceMetrics metrics;

  /** A checked bundle that nobody has taken yet: pinned in the cache, counted in the budget. */
  record Fetched(BundleRef ref, Path file, long bytes) {}

  BundleFetcher(
      final SourceConfig config,
      final PoolRuntime runtime,
      final CacheDirectory cache,
      final Downloader downloader,
      final ByteBudget budget,
      final BundleList list,
      final SourceMetrics metrics) {
    this.config = config;
    this.runtime = runtime;
    this.cache = cache;
    this.downloader = downloader;
    this.budget = budget;
    this.list = list;
    this.metrics = metrics;
  }

  /** The taker waits for the bundle with this number. */
  void awaited(final long number) {
    budget.await(number);
  }

  Fetched fetch(final BundleRef ref, final long number)
      throws FailureException, InterruptedException {
    final Optional<Fetched> cached = fromCache(ref, number);
    final Fetched fetched = cached.isPresent() ? cached.get() : fromNetwork(ref, number);
    boolean good = false;
    try {
      requireRoot(fetched);
      list.keep(ref);
      good = true;
      return fetched;
    } finally {
      if (!good) {
        discard(fetched);
      }
    }
  }

  private Optional<Fetched> fromCache(final BundleRef ref, final long number)
      throws FailureException, InterruptedException {
    final Optional<Long> size = cache.sizeOf(ref.dataHash());
    if (size.isEmpty()) {
      return Optional.empty();
    }
    final long bytes = size.get();
    budget.take(number, bytes);
    boolean pinned = false;
    try {
      final Optional<Path> file = cache.pin(ref.dataHash());
      pinned = file.isPresent();
      if (pinned) {
        metrics.countBundleFromCache();
      }
      return file.map(path -> new Fetched(ref, path, bytes));
    } finally {
      if (!pinned) {
        budget.give(bytes);
      }
    }
  }

  private Fetched fromNetwork(final BundleRef ref, final long number)
      throws FailureException, InterruptedException {
    final Downloader.Download download = downloader.download(ref, number);
    boolean adopted = false;
    try {
      final Path file = cache.adopt(ref.dataHash(), download.file());
      adopted = true;
      return new Fetched(ref, file, download.bytes());
    } finally {
      if (!adopted) {
        budget.give(download.bytes());
      }
    }
  }

  private void requireRoot(final Fetched fetched) throws FailureException {
    if (!config.checkRoots()) {
      return;
    }
    final FetchedBundle bundle =
        new FetchedBundle(
            fetched.ref(), fetched.file(), config.limits().maxDecompressedBytes(), () -> {});
    try {
      MerkleRootCheck.require(runtime, bundle);
    } catch (final ArchiveReadException unsound) {
      throw unsound.failure();
    } catch (final IOException failed) {
      throw new FailureException(
          FailureKind.DISK,
          fetched.ref().label() + " can't be read from " + fetched.file() + ": " + failed,
          "Check the disk; then run the same command again.",
          failed);
    }
  }

  /** Makes the bundle the taker's, who releases it by closing it. */
  FetchedBundle handOver(final Fetched fetched) {
    return new FetchedBundle(
        fetched.ref(),
        fetched.file(),
        config.limits().maxDecompressedBytes(),
        () -> release(fetched, true));
  }

  /** Gives up a bundle that nobody took; it stays in the cache as unread. */
  void discard(final Fetched fetched) {
    release(fetched, false);
  }

  private void release(final Fetched fetched, final boolean consumed) {
    budget.give(fetched.bytes());
    cache.release(fetched.ref().dataHash(), consumed);
  }
}
