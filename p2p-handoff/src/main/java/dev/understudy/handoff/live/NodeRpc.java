package dev.understudy.handoff.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A node's RPC as far as a hand-over needs it. A node that does not answer, or not as a node does,
 * is an empty answer: it is asked again. Safe for every thread.
 */
public final class NodeRpc {
  private static final int MAX_ANSWER_BYTES = 16 << 20;
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_WITHIN)
          .build();
  private final URI base;

  public NodeRpc(final URI base) {
    this.base = URI.create(base.toString().replaceAll("/+$", ""));
  }

  /** The node behind config.toml's {@code rpc.laddr}; empty where it serves none over TCP. */
  public static Optional<NodeRpc> listeningAt(final String laddr) {
    if (laddr.isBlank() || laddr.startsWith("unix:")) {
      return Optional.empty();
    }
    final String address = laddr.replaceFirst("^tcp://", "");
    final int colon = address.lastIndexOf(':');
    final String host = colon < 0 ? "" : address.substring(0, colon);
    final boolean everywhere = host.isEmpty() || host.equals("0.0.0.0") || host.equals("[::]");
    try {
      return Optional.of(
          new NodeRpc(
              URI.create(
                  "http://"
                      + (everywhere ? "127.0.0.1" : host)
                      + address.substring(Math.max(colon, 0)))));
    } catch (final IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public URI address() {
    return base;
  }

  /** Empty while it does not answer. */
  public Optional<NodeStatus> status() throws InterruptedException {
    return ask("status")
        .map(
            result -> {
              final JsonNode sync = result.path("sync_info");
              return new NodeStatus(
                  result.path("node_info").path("network").asText(),
                  sync.path("earliest_block_height").asLong(),
                  sync.path("latest_block_height").asLong(),
                  sync.path("catching_up").asBoolean(true));
            });
  }

  /** How many peers it has; empty while it does not answer. */
  public OptionalInt peers() throws InterruptedException {
    final Optional<JsonNode> result = ask("net_info");
    return result.isPresent()
        ? OptionalInt.of(result.get().path("n_peers").asInt())
        : OptionalInt.empty();
  }

  private Optional<JsonNode> ask(final String route) throws InterruptedException {
    final HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/" + route)).timeout(ANSWER_WITHIN).build();
    try (InputStream body = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
      final JsonNode result =
          new ObjectMapper().readTree(body.readNBytes(MAX_ANSWER_BYTES)).path("result");
      return Optional.of(result).filter(JsonNode::isObject);
    } catch (final IOException e) {
      return Optional.empty();
    }
  }
}
