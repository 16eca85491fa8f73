package dev.understudy.shim.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusServerIT {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final TestCounts sync = new TestCounts();
  private final SyncStatus status = new SyncStatus(sync::counts, System::nanoTime);
  private final Vertx vertx = Vertx.vertx();
  private StatusServer server;

  @BeforeEach
  void start() throws Exception {
    server = StatusServer.start(vertx, status, StatusConfig.at("127.0.0.1", 0));
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private HttpResponse<String> ask(final String method, final String path) throws Exception {
    final URI address = server.address().orElseThrow().resolve(path);
    return client.send(
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(10))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private JsonNode json(final String path) throws Exception {
    return new ObjectMapper().readTree(ask("GET", path).body());
  }

  @Test
  void listensOnLoopback() throws Exception {
    final String host = server.address().orElseThrow().getHost();

    assertThat(InetAddress.getByName(host).isLoopbackAddress()).isTrue();
  }

  @Test
  void healthIsOkWhileTheProcessWorks() throws Exception {
    sync.phase = SyncPhase.STARTING;

    assertThat(ask("GET", "/health").statusCode()).isEqualTo(200);
    assertThat(json("/health").path("status").asText()).isEqualTo("ok");
    assertThat(json("/health").path("phase").asText()).isEqualTo("starting");
  }

  @ParameterizedTest
  @ValueSource(strings = {"STARTING", "SYNCING", "ENDED"})
  void isNotReadyBeforeTheJobIsDone(final String phase) throws Exception {
    sync.phase = SyncPhase.valueOf(phase);

    assertThat(ask("GET", "/ready").statusCode()).isEqualTo(503);
    assertThat(json("/ready").path("ready").asBoolean(true)).isFalse();
  }

  @Test
  void isReadyOnceTheHomeIsSealed() throws Exception {
    sync.phase = SyncPhase.DONE;
    sync.target = OptionalLong.of(150);
    sync.run(150, 1, 1);

    assertThat(ask("GET", "/ready").statusCode()).isEqualTo(200);
    assertThat(json("/ready").path("ready").asBoolean()).isTrue();
    assertThat(json("/ready").path("height").asLong()).isEqualTo(150);
    assertThat(json("/ready").path("target_height").asLong()).isEqualTo(150);
  }

  @Test
  void statusHasProgressAndSpeeds() throws Exception {
    sync.target = OptionalLong.of(400);
    sync.run(100, 3_000_000_000L, 1_000_000_000L);

    final JsonNode shown = json("/status");

    assertThat(shown.path("height").asLong()).isEqualTo(100);
    assertThat(shown.path("percent").asDouble()).isEqualTo(25);
    assertThat(shown.path("checkpoint_height").asLong()).isEqualTo(50);
    assertThat(shown.path("overall").path("blocks_per_second").asDouble()).isEqualTo(25);
    assertThat(shown.path("overall").path("app_idle_percent").asDouble()).isEqualTo(25);
    assertThat(shown.path("now").has("blocks_per_second")).isTrue();
  }

  @Test
  void whatIsNotKnownIsNull() throws Exception {
    final JsonNode shown = json("/status");

    assertThat(shown.has("target_height")).isTrue();
    assertThat(shown.path("target_height").isNull()).isTrue();
    assertThat(shown.path("eta_seconds").isNull()).isTrue();
    assertThat(shown.path("overall").path("app_idle_percent").isNull()).isTrue();
  }

  @Test
  void metricsAreInPrometheusTextFormat() throws Exception {
    sync.run(12, 1, 1);

    final HttpResponse<String> answer = ask("GET", "/metrics");

    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(answer.body().lines())
        .contains("# TYPE understudy_blocks_total counter", "understudy_blocks_total 12.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/health", "/status"})
  void headHasTheSameHeadersAndNoBody(final String path) throws Exception {
    final HttpResponse<String> head = ask("HEAD", path);

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Type"))
        .isEqualTo(ask("GET", path).headers().firstValue("Content-Type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics/", "/statuses", "/../etc/passwd", "/health/x"})
  void everythingElseIsNotFound(final String path) throws Exception {
    assertThat(ask("GET", path).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
  void otherVerbsAreNotAllowed(final String method) throws Exception {
    final HttpResponse<String> answer = ask(method, "/status");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @Test
  void aTakenPortIsAnErrorIfItWasAskedFor() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final StatusConfig config = StatusConfig.at("127.0.0.1", taken.getLocalPort());

      assertThatThrownBy(() -> StatusServer.start(vertx, status, config))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
          .hasMessageContaining(":" + taken.getLocalPort());
    }
  }

  @Test
  void aTakenPortIsNoErrorIfItIsTheDefault() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        StatusServer silent =
            StatusServer.start(
                vertx, status, new StatusConfig(true, "127.0.0.1", taken.getLocalPort(), false))) {
      assertThat(silent.address()).isEmpty();
    }
  }

  @Test
  void servesNothingWhenSwitchedOff() throws Exception {
    try (StatusServer silent = StatusServer.start(vertx, status, StatusConfig.OFF)) {
      assertThat(silent.address()).isEmpty();
    }
  }

  @Test
  void nothingListensAfterClose() throws Exception {
    final int port = server.address().orElseThrow().getPort();
    server.close();
    server.close();

    assertThatThrownBy(() -> ask("GET", "/health")).isInstanceOf(IOException.class);
    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(free.getLocalPort()).isEqualTo(port);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536})
  void refusesWhatIsNoPort(final int port) {
    assertThatThrownBy(() -> StatusConfig.at("127.0.0.1", port))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining(Integer.toString(port));
  }
}
