package dev.understudy.shim;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a row of bundles takes to fetch, judged by a few of them: an archive's list tells no sizes.
 * Those few are fetched for it and stay in the cache.
 *
 * @param count of the bundles
 * @param sampled how many of these were fetched
 * @param bytes of all, as stored
 * @param download of all at the speed of those; empty where they were in the cache
 */
public record BundlesEstimate(long count, int sampled, long bytes, Optional<Duration> download) {
  private static final int SAMPLES = 5;

  /** Of the bundles from one to another, which follow each other in the archive's list. */
  static BundlesEstimate of(final BundleSource source, final BundleRef first, final BundleRef last)
      throws FailureException, InterruptedException {
    final long count = last.id() - first.id() + 1;
    final List<BundleRef> sample = new ArrayList<>();
    for (final long id : sample(first.id(), count)) {
      sample.add(source.bundle(id));
    }
    final long networkBefore = source.metrics().bytesDownloaded();
    final long begin = System.nanoTime();
    long bytes = 0;
    try (BundleCursor cursor = source.fetch(sample)) {
      for (int i = 0; i < sample.size(); i++) {
        try (FetchedBundle bundle = cursor.next().orElseThrow()) {
          bytes += Files.size(bundle.file());
        }
      }
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "a fetched bundle can't be looked at: " + e,
          "Check the cache's folder and its disk.",
          e);
    }
    final long nanos = System.nanoTime() - begin;
    final double share = (double) count / sample.size();
    final long fetched = source.metrics().bytesDownloaded() - networkBefore;
    return new BundlesEstimate(
        count,
        sample.size(),
        (long) (bytes * share),
        fetched == 0
            ? Optional.empty()
            : Optional.of(Duration.ofNanos((long) (nanos * share * bytes / fetched))));
  }

  /** Evenly over the range, both ends among them. */
  private static Iterable<Long> sample(final long first, final long bundles) {
    final TreeSet<Long> ids = new TreeSet<>();
    final long steps = Math.min(SAMPLES, bundles) - 1;
    for (long i = 0; i <= steps; i++) {
      ids.add(first + (steps == 0 ? 0 : i * (bundles - 1) / steps));
    }
    return ids;
  }

  /** Bytes and time, as a part of a sentence. */
  String words() {
    return "about %s (by %d of them)%s"
        .formatted(
            size(bytes),
            sampled,
            download
                .map(time -> ", to be downloaded in about " + words(time))
                .orElse(", some of them in the cache already"));
  }

  private static String size(final long bytes) {
    if (bytes < 10L << 20) {
      return (bytes >> 10) + " KiB";
    }
    return bytes < 10L << 30
        ? (bytes >> 20) + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  static String words(final Duration time) {
    final long seconds = time.toSeconds();
    if (seconds < 120) {
      return Math.max(1, seconds) + " s";
    }
    return seconds < 7200
        ? seconds / 60 + " min"
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
  }
}
