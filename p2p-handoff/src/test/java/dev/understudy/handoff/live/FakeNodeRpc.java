package dev.understudy.handoff.live;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/** An RPC on loopback whose height is a function of how often it was asked. */
final class FakeNodeRpc implements AutoCloseable {
  private final HttpServer server;
  private final AtomicLong asked = new AtomicLong();
  volatile String network = "made-1";
  volatile long earliest = 1;
  volatile boolean catchingUp;
  volatile int peers = 3;
  volatile LongUnaryOperator height = times -> 10 + times;

  FakeNodeRpc() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer(
        "/status",
        () ->
            """
            {"result":{"node_info":{"network":"%s"},"sync_info":{"earliest_block_height":"%d",
             "latest_block_height":"%d","catching_up":%b}}}
            """
                .formatted(
                    network, earliest, height.applyAsLong(asked.incrementAndGet()), catchingUp));
    answer("/net_info", () -> "{\"result\":{\"n_peers\":\"%d\"}}".formatted(peers));
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(final String route, final java.util.function.Supplier<String> text) {
    server.createContext(
        route,
        exchange -> {
          final byte[] bytes = text.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
          }
        });
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
