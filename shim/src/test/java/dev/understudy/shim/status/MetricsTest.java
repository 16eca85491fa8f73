package dev.understudy.shim.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");
  private static final Path BOARD = Path.of("..", "tools", "deploy", "grafana", "understudy.json");
  private static final Pattern METER = Pattern.compile("\\b(?:understudy|jvm)_[a-z_]+");
  private static final Pattern ROW = Pattern.compile("\\| `((?:understudy|jvm)_[a-z_]+)` \\|.*");

  private final TestCounts sync = new TestCounts();
  private final Metrics metrics = new Metrics(new SyncStatus(sync::counts, System::nanoTime));

  @AfterEach
  void close() {
    metrics.close();
  }

  private static Set<String> documented(final boolean always) throws IOException {
    return Files.readAllLines(DOCUMENT).stream()
        .filter(line -> !always || !line.contains("there after the first collection"))
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(row -> row.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String prometheusName(final Meter meter) {
    final Meter.Id id = meter.getId();
    final String name =
        new PrometheusNamingConvention().name(id.getName(), id.getType(), id.getBaseUnit());
    return id.getType() == Meter.Type.COUNTER && !name.endsWith("_total") ? name + "_total" : name;
  }

  @Test
  void thePageHoldsEveryDocumentedMeter() throws IOException {
    sync.failures = Map.of("http://127.0.0.1:1", 3L);

    final Set<String> shown =
        metrics
            .scrape()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(Collectors.toSet());

    assertThat(documented(true)).hasSizeGreaterThan(20);
    assertThat(shown).containsAll(documented(true));
  }

  @Test
  void everyMeterIsDocumentedAndDescribed() throws IOException {
    sync.failures = Map.of("http://127.0.0.1:1", 3L);

    assertThat(metrics.meters())
        .isNotEmpty()
        .allSatisfy(meter -> assertThat(documented(false)).contains(prometheusName(meter)))
        .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank());
  }

  @Test
  void theBoardShowsDocumentedMetersAlone() throws IOException {
    final Set<String> shown =
        Files.readAllLines(BOARD).stream()
            .filter(line -> line.contains("\"expr\""))
            .flatMap(line -> METER.matcher(line).results())
            .map(found -> found.group().replaceFirst("_sum$", ""))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(shown).hasSizeGreaterThan(15);
    assertThat(documented(false)).containsAll(shown);
  }

  @Test
  void metersShowTheSyncsOwnNumbers() {
    sync.target = OptionalLong.of(4000);
    sync.run(1000, 3_000_000_000L, 1_000_000_000L);
    sync.failures = Map.of("http://127.0.0.1:1", 3L);

    assertThat(metrics.scrape().lines())
        .contains(
            "understudy_height 1000.0",
            "understudy_target_height 4000.0",
            "understudy_checkpoint_height 500.0",
            "understudy_blocks_total 1000.0",
            "understudy_txs_total 3000.0",
            "understudy_commits_verified_total 100.0",
            "understudy_app_busy_seconds_total 3.0",
            "understudy_app_idle_seconds_total 1.0",
            "understudy_download_bytes_total 1000000.0",
            "understudy_cache_bundles_total 5.0",
            "understudy_download_retries_total 2.0",
            "understudy_download_ahead_bytes 4096.0",
            "understudy_done 0.0",
            "understudy_gateway_failures_total{gateway=\"http://127.0.0.1:1\"} 3.0");
  }

  @Test
  void aFailingGatewaysMeterGoesOnCounting() {
    sync.failures = Map.of("http://127.0.0.1:1", 3L);
    metrics.scrape();
    sync.failures = Map.of("http://127.0.0.1:1", 4L, "http://127.0.0.1:2", 1L);

    assertThat(metrics.scrape().lines())
        .contains(
            "understudy_gateway_failures_total{gateway=\"http://127.0.0.1:1\"} 4.0",
            "understudy_gateway_failures_total{gateway=\"http://127.0.0.1:2\"} 1.0");
  }

  @Test
  void withoutATargetItsMeterIsNotANumber() {
    assertThat(metrics.scrape().lines()).contains("understudy_target_height NaN");
  }
}
