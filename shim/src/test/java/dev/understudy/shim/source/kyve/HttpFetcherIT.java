package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.SourcePatience;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HttpFetcherIT {
  private static final int THREADS = 4;
  private static final int CALLS = 1000;

  @Test
  void answersThatEndAtOnceAreNeverMissed() throws Exception {
    final byte[] small = "{}".getBytes(StandardCharsets.UTF_8);
    final Vertx vertx = Vertx.vertx();
    final HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end(Buffer.buffer(small)))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    final ExecutorService callers = Executors.newFixedThreadPool(THREADS);
    final SourceMetrics metrics = new SourceMetrics();
    try (HttpFetcher fetcher =
        new HttpFetcher(vertx, THREADS, SourcePatience.DEFAULTS, metrics, Clock.systemUTC())) {
      final URI address = URI.create("http://127.0.0.1:" + server.actualPort() + "/");
      final List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(
            callers.submit(
                () -> {
                  for (int call = 0; call < CALLS; call++) {
                    assertThat(fetcher.getBytes(address, 100)).isEqualTo(small);
                  }
                  return null;
                }));
      }
      for (final Future<?> caller : running) {
        caller.get(2, TimeUnit.MINUTES);
      }
    } finally {
      callers.shutdownNow();
      vertx.close().await(10, TimeUnit.SECONDS);
    }
    assertThat(metrics.requests()).isEqualTo((long) THREADS * CALLS);
  }
}
