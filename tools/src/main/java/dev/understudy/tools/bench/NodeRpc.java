package dev.understudy.tools.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a real node on loopback how far it is. */
final class NodeRpc {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

  private final HttpClient client = HttpClient.newHttpClient();

  /** Waits until the node has so many blocks; fails when it ends before, or the time is over. */
  void awaitHeight(
      final MeasuredProcess node, final int port, final long wanted, final Duration within)
      throws FailureException, InterruptedException {
    final HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/status".formatted(port)))
            .timeout(ANSWERS_WITHIN)
            .build();
    final long deadline = System.nanoTime() + within.toNanos();
    // the node tells nobody when it has a block: it must be asked
    while (!node.endsWithin(LOOK_EVERY)) {
      try {
        final String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        final JsonNode sync = new ObjectMapper().readTree(body).path("result").path("sync_info");
        if (sync.path("latest_block_height").asLong() >= wanted) {
          return;
        }
      } catch (final IOException notUpYet) {
        // asked again until the deadline
      }
      if (System.nanoTime() > deadline) {
        throw node.failed("has not reached height %d in time".formatted(wanted));
      }
    }
    throw node.failed("ended before it reached height %d".formatted(wanted));
  }
}
