package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class FarWireIT {
  private static final int BYTES = 500_000;
  private static final long FAST = 100_000_000_000L;

  private final Vertx vertx = Vertx.vertx();
  private final byte[] body = new byte[BYTES];
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer server;

  FarWireIT() throws Exception {
    for (int i = 0; i < BYTES; i++) {
      body[i] = (byte) (i * 31);
    }
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .end(Buffer.buffer(request.path().equals("/small") ? new byte[1] : body)))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static HttpRequest request(final FarWire wire, final String path) {
    return HttpRequest.newBuilder(URI.create(wire.address() + path))
        .timeout(Duration.ofMinutes(1))
        .build();
  }

  private double seconds(final FarWire wire, final String path)
      throws IOException, InterruptedException {
    final long began = System.nanoTime();
    client.send(request(wire, path), BodyHandlers.ofByteArray());
    return (System.nanoTime() - began) / 1e9;
  }

  @Test
  void leavesTheBytesAsTheyAre() throws Exception {
    try (FarWire wire = FarWire.start(vertx, server.actualPort(), Duration.ofMillis(10), FAST)) {
      assertThat(client.send(request(wire, "/"), BodyHandlers.ofByteArray()).body())
          .isEqualTo(body);
    }
  }

  @Test
  void takesTwoRoundTripsForTheFirstAnswerOfAConnectionAndOneForTheNext() throws Exception {
    try (FarWire wire = FarWire.start(vertx, server.actualPort(), Duration.ofSeconds(1), FAST)) {
      assertThat(seconds(wire, "/small")).isGreaterThanOrEqualTo(2);
      assertThat(seconds(wire, "/small")).isBetween(1.0, 1.9);
    }
  }

  @Test
  void givesEachConnectionTheSameSpeedHoweverManyThereAre() throws Exception {
    // 500 kB at 4 Mbit/s take a second
    try (FarWire wire =
        FarWire.start(vertx, server.actualPort(), Duration.ofMillis(2), 4_000_000)) {
      final long began = System.nanoTime();
      final List<CompletableFuture<Integer>> all =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      client
                          .sendAsync(request(wire, "/"), BodyHandlers.ofByteArray())
                          .thenApply(answer -> answer.body().length))
              .toList();
      for (final CompletableFuture<Integer> one : all) {
        assertThat(one.get(1, TimeUnit.MINUTES)).isEqualTo(BYTES);
      }
      // one after the other they would take eight
      assertThat((System.nanoTime() - began) / 1e9).isBetween(0.9, 6.0);
    }
  }
}
