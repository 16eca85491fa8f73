package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A node's RPC on the loopback interface. Every call returns the {@code result} of the answer; an
 * answer with an error is an exception, as is a node that does not answer ({@link
 * UncheckedIOException}). Thread-safe.
 */
public final class RpcClient {
  private static final int MAX_ANSWER = 64 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final URI base;

  public RpcClient(final int port) {
    this.base = URI.create("http://127.0.0.1:" + port);
  }

  public URI uri() {
    return base;
  }

  public JsonNode status() {
    return get("status");
  }

  /** The height of the newest block. */
  public long height() {
    return status().at("/sync_info/latest_block_height").asLong();
  }

  /** The newest height, or nothing while the node does not answer. */
  public Optional<Long> tryHeight() {
    try {
      return Optional.of(height());
    } catch (final UncheckedIOException e) {
      return Optional.empty();
    }
  }

  public boolean catchingUp() {
    return status().at("/sync_info/catching_up").asBoolean();
  }

  public JsonNode block(final long height) {
    return get("block?height=" + height);
  }

  public JsonNode commit(final long height) {
    return get("commit?height=" + height);
  }

  public JsonNode validators(final long height) {
    return get("validators?per_page=100&height=" + height);
  }

  /** The voting powers of a height's validators. */
  public List<Long> powers(final long height) {
    return validators(height).path("validators").findValuesAsText("voting_power").stream()
        .map(Long::valueOf)
        .toList();
  }

  public JsonNode consensusParams(final long height) {
    return get("consensus_params?height=" + height);
  }

  public JsonNode blockResults(final long height) {
    return get("block_results?height=" + height);
  }

  /** The txs of one height, as the tx index knows them. */
  public JsonNode txsAt(final long height) {
    return txSearch("tx.height=" + height);
  }

  public JsonNode txSearch(final String query) {
    return get("tx_search?per_page=100&query=" + quoted(query));
  }

  public JsonNode abciInfo() {
    return get("abci_info");
  }

  public JsonNode genesis() {
    return get("genesis");
  }

  public JsonNode netInfo() {
    return get("net_info");
  }

  /** Hands a tx to the mempool; a refused one is an exception. */
  public void broadcast(final byte[] tx) {
    final JsonNode result = call("broadcast_tx_sync", JSON.createObjectNode().put("tx", tx));
    if (result.path("code").asInt() != 0) {
      throw new IllegalStateException("the tx was refused: " + result);
    }
  }

  /** The result of a method with its params as JSON. */
  public JsonNode call(final String method, final JsonNode params) {
    final ObjectNode call = JSON.createObjectNode();
    call.put("jsonrpc", "2.0").put("id", 1).put("method", method).set("params", params);
    return result(
        HttpRequest.newBuilder(base)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(call.toString())));
  }

  /** The result of any route, such as {@code block?height=3}. */
  public JsonNode get(final String route) {
    return result(HttpRequest.newBuilder(base.resolve("/" + route)));
  }

  /** The whole answer of a route, byte for byte. */
  public byte[] raw(final String route) {
    return send(HttpRequest.newBuilder(base.resolve("/" + route)));
  }

  static String quoted(final String text) {
    return URLEncoder.encode('"' + text + '"', StandardCharsets.UTF_8);
  }

  private JsonNode result(final HttpRequest.Builder request) {
    try {
      final JsonNode answer = JSON.readTree(send(request));
      if (!answer.has("result")) {
        throw new IllegalStateException("the RPC answered " + answer);
      }
      return answer.get("result");
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] send(final HttpRequest.Builder request) {
    try (InputStream body =
        HTTP.send(
                request.timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofInputStream())
            .body()) {
      final byte[] answer = body.readNBytes(MAX_ANSWER + 1);
      if (answer.length > MAX_ANSWER) {
        throw new IOException("the answer is larger than " + MAX_ANSWER + " bytes");
      }
      return answer;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during a call of the RPC", e);
    }
  }
}
