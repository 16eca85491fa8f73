package dev.understudy.tools.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.tools.archive.ArchiveServer;
import dev.understudy.tools.bench.SickGateway.Health;
import dev.understudy.types.FailureException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What sick gateways cost: downloads all bundles of an archive, checked as always, through one
 * healthy gateway alone, through two with a sick third, and through one among three sick ones. No
 * app and no databases take part; gateways have a limited speed, as otherwise nothing but this
 * machine would be measured. Works on the caller's thread.
 */
public final class GatewayBench {
  /** One healthy gateway; what the others are compared with. */
  public static final String ALONE = "healthy alone";

  private static final double MEGA = 1e6;
  private static final double NANOS = 1e9;
  private static final long KIB = 1024;

  private final Path archive;
  private final long pool;
  private final int rounds;
  private final long bytesPerSecond;
  private final Path folder;
  private final Vertx vertx;

  /**
   * The caller owns {@code vertx}.
   *
   * @param kibPerSecond how fast one gateway is
   * @param folder where bundles are cached; nothing of it stays
   */
  public GatewayBench(
      final Path archive,
      final long pool,
      final int rounds,
      final long kibPerSecond,
      final Path folder,
      final Vertx vertx) {
    this.archive = archive;
    this.pool = pool;
    this.rounds = rounds;
    this.bytesPerSecond = kibPerSecond * KIB;
    this.folder = folder;
    this.vertx = vertx;
  }

  /**
   * Downloads through one set of gateways.
   *
   * @param megabytesPerSecond of each round
   * @param ofAlone the median as a part of that of one healthy gateway
   */
  public record Line(String gateways, List<Double> megabytesPerSecond, double ofAlone) {
    public Line {
      megabytesPerSecond = List.copyOf(megabytesPerSecond);
    }

    /** Megabytes per second. */
    public double median() {
      return GatewayBench.median(megabytesPerSecond);
    }
  }

  private static Map<String, List<Health>> scenes() {
    final Map<String, List<Health>> scenes = new LinkedHashMap<>();
    scenes.put(ALONE, List.of(Health.HEALTHY));
    for (final Health sick : Health.values()) {
      if (sick != Health.HEALTHY) {
        scenes.put(
            "2 healthy, 1 " + sick.name().toLowerCase(Locale.ROOT),
            List.of(Health.HEALTHY, Health.HEALTHY, sick));
      }
    }
    scenes.put(
        "1 healthy, 3 sick",
        List.of(Health.HEALTHY, Health.SLOW, Health.THROTTLING, Health.CORRUPTING));
    return scenes;
  }

  /** Measures all sets in turn, round by round; the first download warms up and does not count. */
  public List<Line> run(final Consumer<String> say)
      throws FailureException, InterruptedException, IOException {
    final Map<String, List<Double>> speeds = new LinkedHashMap<>();
    try (ArchiveServer chain = ArchiveServer.start(archive, 0)) {
      download(chain, List.of(Health.HEALTHY));
      for (int round = 1; round <= rounds; round++) {
        for (final Map.Entry<String, List<Health>> scene : scenes().entrySet()) {
          final double speed = download(chain, scene.getValue());
          speeds.computeIfAbsent(scene.getKey(), name -> new ArrayList<>()).add(speed);
          say.accept(
              String.format(
                  Locale.ROOT, "round %d   %-24s %.2f MB/s", round, scene.getKey(), speed));
        }
      }
    }
    final double alone = median(speeds.getOrDefault(ALONE, List.of()));
    return speeds.entrySet().stream()
        .map(line -> new Line(line.getKey(), line.getValue(), median(line.getValue()) / alone))
        .toList();
  }

  /** A result as programs read it; {@code command} is what a person typed. */
  public static String json(final List<Line> lines, final String command) {
    final ObjectNode root = new ObjectMapper().createObjectNode().put("command", command);
    final ArrayNode sets = root.putArray("gateways");
    for (final Line line : lines) {
      final ObjectNode node =
          sets.addObject()
              .put("set", line.gateways())
              .put("median_mb_per_s", line.median())
              .put("of_alone", line.ofAlone());
      line.megabytesPerSecond().forEach(node.putArray("mb_per_s")::add);
    }
    return root.toPrettyString() + "\n";
  }

  private static double median(final List<Double> values) {
    return BenchResult.median(values.stream().mapToDouble(Double::doubleValue).toArray())
        .orElseThrow();
  }

  private double download(final ArchiveServer chain, final List<Health> healths)
      throws FailureException, InterruptedException, IOException {
    final Path cache = Files.createTempDirectory(Files.createDirectories(folder), "cache-");
    final List<SickGateway> gateways = new ArrayList<>();
    try {
      for (final Health health : healths) {
        gateways.add(SickGateway.start(vertx, archive, health, bytesPerSecond));
      }
      final SourceConfig config =
          SourceConfig.ofPool(pool, cache)
              .withChainRest(List.of(chain.chainRest()))
              .withGateways(
                  StorageGateways.DEFAULTS.withOverride(
                      gateways.stream().map(SickGateway::address).toList()));
      return download(config);
    } finally {
      gateways.forEach(SickGateway::close);
      DurableFiles.deleteTree(cache);
    }
  }

  /** Megabytes per second, from the first question to the last bundle. */
  private double download(final SourceConfig config)
      throws FailureException, InterruptedException, IOException {
    final long began = System.nanoTime();
    long bytes = 0;
    try (BundleSource source = KyveBundleSource.open(vertx, config)) {
      final long first = source.pool().startHeight();
      try (BundleCursor cursor = source.open(first, Long.MAX_VALUE)) {
        for (Optional<FetchedBundle> next = cursor.next(); next.isPresent(); next = cursor.next()) {
          try (FetchedBundle bundle = next.get()) {
            bytes += Files.size(bundle.file());
          }
        }
      }
      return bytes / MEGA / ((System.nanoTime() - began) / NANOS);
    }
  }
}
