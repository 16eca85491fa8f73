package dev.understudy.shim.status;

import dev.understudy.shim.source.SourceMetrics;
import java.util.Map;

/**
 * What the archive's client has counted up to one moment.
 *
 * @param bytesAhead on disk, fetched ahead of their use; the only number that also falls
 * @param failuresByGateway failed tries, by the gateway's address
 */
public record DownloadCounts(
    long bytes,
    long bundles,
    long bundlesFromCache,
    long requests,
    long retries,
    long hedges,
    long bytesAhead,
    Map<String, Long> failuresByGateway) {

  /** Before the archive is asked. */
  public static final DownloadCounts NONE = new DownloadCounts(0, 0, 0, 0, 0, 0, 0, Map.of());

  public DownloadCounts {
    failuresByGateway = Map.copyOf(failuresByGateway);
  }

  static DownloadCounts of(final SourceMetrics metrics) {
    return new DownloadCounts(
        metrics.bytesDownloaded(),
        metrics.bundlesDownloaded(),
        metrics.bundlesFromCache(),
        metrics.requests(),
        metrics.retries(),
        metrics.hedges(),
        metrics.bytesAhead(),
        metrics.failuresByGateway());
  }
}
