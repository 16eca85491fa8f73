package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.tools.bench.SickGateway.Health;
import dev.understudy.tools.demo.DemoChain;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SickGatewayIT {
  private static final long FAST = 100_000_000;

  private final Path folder;
  private final Path archive;
  private final Path stored;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();

  SickGatewayIT(@TempDir final Path folder) throws IOException {
    this.folder = folder;
    this.archive = folder.resolve("archive");
    DemoChain.unpackArchive(archive);
    try (Stream<Path> files = Files.list(archive.resolve("storage"))) {
      this.stored = files.sorted().findFirst().orElseThrow();
    }
  }

  @AfterEach
  void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private HttpResponse<byte[]> get(final SickGateway gateway, final Duration within)
      throws IOException, InterruptedException {
    final URI uri = URI.create(gateway.address() + "/" + stored.getFileName());
    return client.send(
        HttpRequest.newBuilder(uri).timeout(within).build(), BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> get(final SickGateway gateway)
      throws IOException, InterruptedException {
    return get(gateway, Duration.ofMinutes(1));
  }

  @Test
  void servesBundlesAsTheyLieThere() throws Exception {
    try (SickGateway gateway = SickGateway.start(vertx, archive, Health.HEALTHY, FAST)) {
      assertThat(get(gateway).body()).isEqualTo(Files.readAllBytes(stored));
    }
  }

  @Test
  void corruptsOneByteOfTheFirstBundleAndNoneOfTheNext() throws Exception {
    final byte[] good = Files.readAllBytes(stored);
    try (SickGateway gateway = SickGateway.start(vertx, archive, Health.CORRUPTING, FAST)) {
      final byte[] bad = get(gateway).body();
      assertThat(bad).hasSameSizeAs(good);
      int different = 0;
      for (int i = 0; i < good.length; i++) {
        different += good[i] == bad[i] ? 0 : 1;
      }
      assertThat(different).isEqualTo(1);
      assertThat(get(gateway).body()).isEqualTo(good);
    }
  }

  @Test
  void isNoFasterThanItMayBe() throws Exception {
    final long size = Files.size(stored);
    try (SickGateway gateway = SickGateway.start(vertx, archive, Health.HEALTHY, 2 * size)) {
      final long began = System.nanoTime();
      get(gateway);
      // half a second, but for the last piece, which may go at once when its turn has come
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(200));
    }
  }

  @Test
  void throttles() throws Exception {
    try (SickGateway gateway = SickGateway.start(vertx, archive, Health.THROTTLING, FAST)) {
      assertThat(get(gateway).statusCode()).isEqualTo(429);
    }
  }

  @Test
  void isDead() throws Exception {
    try (SickGateway gateway = SickGateway.start(vertx, archive, Health.DEAD, FAST)) {
      // the selector lets the port go a moment after the close is told of: till then, reset
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> get(gateway))
                      .isInstanceOf(java.net.ConnectException.class));
    }
  }

  @Test
  void keepsSilent() throws Exception {
    try (SickGateway gateway = SickGateway.start(vertx, archive, Health.SILENT, FAST)) {
      assertThatThrownBy(() -> get(gateway, Duration.ofMillis(300)))
          .isInstanceOf(HttpTimeoutException.class);
    }
  }

  @Test
  void doesNotKnowWhatIsNotStored() throws Exception {
    try (SickGateway gateway = SickGateway.start(vertx, archive, Health.HEALTHY, FAST)) {
      final URI uri = URI.create(gateway.address() + "/no-such-bundle");
      final HttpRequest request = HttpRequest.newBuilder(uri).build();
      assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void everySetOfGatewaysIsMeasuredInEveryRound() throws Exception {
    final List<GatewayBench.Line> lines =
        new GatewayBench(archive, 0, 2, 100_000, folder.resolve("work"), vertx).run(line -> {});
    assertThat(lines)
        .extracting(GatewayBench.Line::gateways)
        .containsExactly(
            GatewayBench.ALONE,
            "2 healthy, 1 slow",
            "2 healthy, 1 throttling",
            "2 healthy, 1 corrupting",
            "2 healthy, 1 dead",
            "2 healthy, 1 silent",
            "1 healthy, 3 sick");
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.megabytesPerSecond()).hasSize(2).allMatch(speed -> speed > 0);
              assertThat(line.ofAlone()).isFinite().isPositive();
            });
    assertThat(lines.get(0).ofAlone()).isEqualTo(1.0);
    assertThat(folder.resolve("work")).isEmptyDirectory();
  }
}
