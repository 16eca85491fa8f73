package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node's RPC that replays the recorded chain, with everything undone that KYVE does to results:
 * attributes are out of order and have an index, transactions have a log, text has Go's escapes.
 */
final class FakeNode implements AutoCloseable {
  private static final int CHUNK = 1000;

  private final Map<Long, JsonNode> heights = new TreeMap<>();
  private final byte[] genesis;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);

  final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  final AtomicInteger failuresLeft = new AtomicInteger();
  volatile long latest = RecordedArchive.HEIGHTS;
  volatile long earliest = 1;
  volatile String chainId = RecordedArchive.CHAIN_ID;
  volatile boolean dropsResults;
  volatile long brokenAbove = Long.MAX_VALUE;
  volatile boolean chunkedGenesis = true;

  FakeNode() throws IOException {
    final Path archive = RecordedArchive.folder();
    for (final ListedBundle bundle : new ArchiveFolder(archive).readBundles("1")) {
      for (final JsonNode item :
          ArchiveFolder.JSON.readTree(RecordedArchive.unpacked(archive, bundle))) {
        heights.put(item.get("key").asLong(), item.get("value"));
      }
    }
    genesis = Files.readAllBytes(archive.resolve("genesis.json"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI rpc() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  long asked(final String prefix) {
    return asked.stream().filter(path -> path.startsWith(prefix)).count();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(final HttpExchange exchange) throws IOException {
    final String path = exchange.getRequestURI().toString();
    asked.add(path);
    int status = 200;
    String body;
    if (failuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      status = 502;
      body = "<html>bad gateway</html>";
    } else {
      try {
        body = "{\"jsonrpc\":\"2.0\",\"id\":-1,\"result\":" + result(path) + "}";
      } catch (final IllegalArgumentException e) {
        status = 500;
        body =
            "{\"jsonrpc\":\"2.0\",\"id\":-1,\"error\":{\"code\":-32603,"
                + "\"message\":\"Internal error\",\"data\":\""
                + e.getMessage()
                + "\"}}";
      }
    }
    final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String result(final String path) throws IOException {
    if (path.equals("/status")) {
      return String.format(
          "{\"node_info\":{\"network\":\"%s\"},\"sync_info\":{\"latest_block_height\":\"%d\","
              + "\"earliest_block_height\":\"%d\"}}",
          chainId, latest, earliest);
    }
    if (path.startsWith("/genesis_chunked?chunk=") && chunkedGenesis) {
      final int chunk = Integer.parseInt(path.substring(path.indexOf('=') + 1));
      final int from = chunk * CHUNK;
      final byte[] part = Arrays.copyOfRange(genesis, from, Math.min(from + CHUNK, genesis.length));
      return String.format(
          "{\"chunk\":\"%d\",\"total\":\"%d\",\"data\":\"%s\"}",
          chunk, (genesis.length + CHUNK - 1) / CHUNK, Base64.getEncoder().encodeToString(part));
    }
    if (path.equals("/genesis")) {
      return "{ \"genesis\" : " + new String(genesis, StandardCharsets.UTF_8) + " }";
    }
    if (path.startsWith("/block?height=")) {
      return escaped(height(path).get("block"));
    }
    if (path.startsWith("/block_results?height=")) {
      if (dropsResults) {
        throw new IllegalArgumentException("node is not persisting finalize block responses");
      }
      return escaped(undone(height(path).get("block_results").deepCopy()));
    }
    throw new IllegalArgumentException("no such method");
  }

  private JsonNode height(final String path) {
    final long height = Long.parseLong(path.substring(path.indexOf('=') + 1));
    final JsonNode value = heights.get(height);
    if (value == null || height > brokenAbove) {
      throw new IllegalArgumentException("height " + height + " is not there");
    }
    return value;
  }

  private static JsonNode undone(final JsonNode results) {
    for (final JsonNode tx : results.path("txs_results")) {
      ((ObjectNode) tx).put("log", "a log that <archives> drop");
      tx.path("events").forEach(FakeNode::undo);
    }
    results.path("finalize_block_events").forEach(FakeNode::undo);
    return results;
  }

  private static void undo(final JsonNode event) {
    final ArrayNode attributes = (ArrayNode) event.get("attributes");
    final List<JsonNode> reversed = new ArrayList<>();
    attributes.forEach(attribute -> reversed.add(0, attribute));
    attributes.removeAll();
    reversed.forEach(attribute -> ((ObjectNode) attribute).put("index", true));
    attributes.addAll(reversed);
  }

  private static String escaped(final JsonNode value) {
    return value
        .toString()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("+", "\\u002b");
  }
}
