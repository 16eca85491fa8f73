package dev.understudy.shim.source;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a source has done since it was opened. Written by the source, read by anybody; numbers only
 * grow, but for the bytes held ahead.
 */
public final class SourceMetrics {
  private final LongAdder bytesDownloaded = new LongAdder();
  private final LongAdder bundlesDownloaded = new LongAdder();
  private final LongAdder bundlesFromCache = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder hedges = new LongAdder();
  private final LongAdder bytesAhead = new LongAdder();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  /** Bytes of bundles that came over the network, those of failed tries included. */
  public long bytesDownloaded() {
    return bytesDownloaded.sum();
  }

  public long bundlesDownloaded() {
    return bundlesDownloaded.sum();
  }

  public long bundlesFromCache() {
    return bundlesFromCache.sum();
  }

  /** HTTP requests of every kind, redirects included. */
  public long requests() {
    return requests.sum();
  }

  /** Tries after the first, whatever was asked for. */
  public long retries() {
    return retries.sum();
  }

  /** Downloads that were started a second time elsewhere because the first was slow. */
  public long hedges() {
    return hedges.sum();
  }

  /** Bytes on disk that were fetched ahead and not yet released. */
  public long bytesAhead() {
    return bytesAhead.sum();
  }

  /** Failed tries for each gateway that had any, by its address. */
  public Map<String, Long> failuresByGateway() {
    final Map<String, Long> copy = new TreeMap<>();
    failures.forEach((gateway, count) -> copy.put(gateway, count.sum()));
    return copy;
  }

  public void addBytesDownloaded(final long bytes) {
    bytesDownloaded.add(bytes);
  }

  public void countBundleDownloaded() {
    bundlesDownloaded.increment();
  }

  public void countBundleFromCache() {
    bundlesFromCache.increment();
  }

  public void countRequest() {
    requests.increment();
  }

  public void countRetry() {
    retries.increment();
  }

  public void countHedge() {
    hedges.increment();
  }

  public void addBytesAhead(final long change) {
    bytesAhead.add(change);
  }

  public void countFailure(final String gateway) {
    failures.computeIfAbsent(gateway, name -> new LongAdder()).increment();
  }
}
