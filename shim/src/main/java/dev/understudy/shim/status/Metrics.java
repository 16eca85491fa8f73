package dev.understudy.shim.status;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one sync, as Prometheus reads them; {@code docs/metrics.md} lists them all. Meters
 * read the sync's own counters when they are scraped and cost it nothing. Any thread; whoever made
 * it closes it.
 */
public final class Metrics implements AutoCloseable {
  private static final String BYTES = "bytes";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final SyncStatus status;

  public Metrics(final SyncStatus status) {
    this.status = status;
    chainMeters();
    appMeters();
    downloadMeters();
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  private void chainMeters() {
    gauge("understudy.height", "", "Last height that the app has committed", c -> c.height());
    gauge(
        "understudy.target.height",
        "",
        "Last height to execute; NaN while unknown or without an end",
        c -> c.target().isPresent() ? c.target().getAsLong() : Double.NaN);
    gauge(
        "understudy.checkpoint.height",
        "",
        "Height that survives a power cut; 0 before this run's first checkpoint",
        c -> c.checkpointHeight());
    gauge(
        "understudy.indexed.height",
        "",
        "Last height in the search index that this run wrote",
        c -> c.indexedHeight());
    gauge(
        "understudy.done",
        "",
        "1 when the target is reached and the home is sealed, else 0",
        c -> c.phase() == SyncPhase.DONE ? 1 : 0);
    counter("understudy.blocks", "", "Blocks that the app has committed", c -> c.blocks());
    counter("understudy.txs", "", "Transactions in those blocks", c -> c.txs());
    counter(
        "understudy.commits.verified",
        "",
        "Commits whose signatures were checked",
        c -> c.commitsVerified());
    counter(
        "understudy.blocks.decoded",
        BYTES,
        "Blocks decoded, in their own encoding",
        c -> c.blockBytes());
  }

  private void appMeters() {
    counter(
        "understudy.app.busy",
        "seconds",
        "Time with a request outstanding at the app",
        c -> c.appTimes().busyNanos() / 1e9);
    counter(
        "understudy.app.idle",
        "seconds",
        "Time without a request outstanding at the app",
        c -> c.appTimes().idleNanos() / 1e9);
    Gauge.builder(
            "understudy.app.idle.ratio",
            status,
            s -> s.snapshot().now().appIdleShare().orElse(Double.NaN))
        .description("Share of the last seconds in which the app was idle, 0 to 1")
        .register(registry);
  }

  private void downloadMeters() {
    counter(
        "understudy.download",
        BYTES,
        "Bundles downloaded, failed tries included",
        c -> c.downloads().bytes());
    counter("understudy.download.bundles", "", "Bundles downloaded", c -> c.downloads().bundles());
    counter(
        "understudy.cache.bundles",
        "",
        "Bundles taken from the disk cache",
        c -> c.downloads().bundlesFromCache());
    counter(
        "understudy.download.requests",
        "",
        "HTTP requests to archive and gateways",
        c -> c.downloads().requests());
    counter(
        "understudy.download.retries", "", "Tries after the first", c -> c.downloads().retries());
    counter(
        "understudy.download.hedges",
        "",
        "Downloads started a second time because the first was slow",
        c -> c.downloads().hedges());
    gauge(
        "understudy.download.ahead",
        BYTES,
        "Bundles on disk, fetched ahead of their use",
        c -> c.downloads().bytesAhead());
  }

  private void gauge(
      final String name,
      final String unit,
      final String meaning,
      final ToDoubleFunction<SyncCounts> value) {
    Gauge.builder(name, status, s -> value.applyAsDouble(s.counts()))
        .baseUnit(unit.isEmpty() ? null : unit)
        .description(meaning)
        .register(registry);
  }

  private void counter(
      final String name,
      final String unit,
      final String meaning,
      final ToDoubleFunction<SyncCounts> value) {
    FunctionCounter.builder(name, status, s -> value.applyAsDouble(s.counts()))
        .baseUnit(unit.isEmpty() ? null : unit)
        .description(meaning)
        .register(registry);
  }

  /** Everything in Prometheus' text format. */
  public String scrape() {
    meetGateways();
    return registry.scrape();
  }

  /** Gateways show only as they fail, so their meters come with the first failure. */
  private void meetGateways() {
    for (final String gateway : status.counts().downloads().failuresByGateway().keySet()) {
      FunctionCounter.builder("understudy.gateway.failures", status, s -> failures(s, gateway))
          .tag("gateway", gateway)
          .description("Failed tries at a gateway")
          .register(registry);
    }
  }

  private static double failures(final SyncStatus status, final String gateway) {
    return status.counts().downloads().failuresByGateway().getOrDefault(gateway, 0L);
  }

  /** The meters that there are now; for the test that compares them with their documentation. */
  List<Meter> meters() {
    meetGateways();
    return registry.getMeters();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
