package dev.understudy.shim.status;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.http.HttpListener;
import dev.understudy.types.FailureException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status page of one sync: {@code GET} or {@code HEAD} of
 *
 * <pre>
 *   /metrics  the meters, in Prometheus' text format
 *   /health   200 while the process works
 *   /ready    200 once the target is reached and the home is sealed, 503 before
 *   /status   progress as JSON
 * </pre>
 *
 * <p>Answers are made on worker threads. Whoever starts it closes it, before Vert.x; start and
 * close are not called on an event loop.
 */
public final class StatusServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
  private static final int IDLE_SECONDS = 60;

  /** So that the speeds of the last seconds are right whenever somebody asks. */
  private static final long LOOK_MILLIS = 1000;

  private static final String JSON = "application/json";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private final Vertx vertx;
  private final SyncStatus status;
  private final Metrics metrics;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable HttpListener listener;
  private long timer = -1;

  private record Answer(int code, String type, Buffer body) {}

  private StatusServer(final Vertx vertx, final SyncStatus status) {
    this.vertx = vertx;
    this.status = status;
    this.metrics = new Metrics(status);
  }

  /** Serves what a sync shows of itself; the caller owns {@code vertx}. */
  public static StatusServer start(
      final Vertx vertx, final BlockSync sync, final StatusConfig config) throws FailureException {
    return start(vertx, SyncStatus.of(sync), config);
  }

  /**
   * Listens before it returns. Where the config allows, an address that can't be had is a warning,
   * and what is returned serves nothing.
   */
  public static StatusServer start(
      final Vertx vertx, final SyncStatus status, final StatusConfig config)
      throws FailureException {
    final StatusServer started = new StatusServer(vertx, status);
    boolean done = false;
    try {
      if (config.enabled()) {
        started.listen(config);
      }
      done = true;
    } finally {
      if (!done) {
        started.close();
      }
    }
    return started;
  }

  private void listen(final StatusConfig config) throws FailureException {
    final HttpListener listening;
    try {
      listening =
          HttpListener.start(
              vertx
                  .createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS))
                  .requestHandler(this::handle),
              config.place());
    } catch (final FailureException e) {
      if (config.required()) {
        throw e;
      }
      LOG.warn("{}; going on without it (--status-port chooses another port)", e.getMessage());
      return;
    }
    listener = listening;
    timer = vertx.setPeriodic(LOOK_MILLIS, id -> status.snapshot());
    LOG.info("status on {}/status, meters on {}/metrics", listening.address(), listening.address());
    if (!isLoopback(config.host())) {
      LOG.warn("the status page on {} is open to the network", listening.address());
    }
  }

  private static boolean isLoopback(final String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (final UnknownHostException e) {
      return false;
    }
  }

  /** Where it is served; empty where nothing is. */
  public Optional<URI> address() {
    return Optional.ofNullable(listener).map(HttpListener::address);
  }

  private void handle(final HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      request.response().putHeader("Allow", "GET, HEAD");
      send(request, new Answer(405, JSON, error("only GET and HEAD")));
      return;
    }
    final String path = request.path();
    vertx
        .executeBlocking(() -> answer(path), false)
        .onSuccess(answer -> send(request, answer))
        .onFailure(
            e -> {
              LOG.warn("no answer to {}", path, e);
              send(request, new Answer(500, JSON, error("internal error")));
            });
  }

  private Answer answer(final @Nullable String path) {
    if (path == null) {
      return notFound();
    }
    return switch (path) {
      case "/metrics" -> new Answer(200, METRICS, Buffer.buffer(metrics.scrape()));
      case "/health" -> new Answer(200, JSON, StatusJson.health(status.counts()));
      case "/ready" -> ready(status.counts());
      case "/status" -> new Answer(200, JSON, StatusJson.status(status.snapshot()));
      default -> notFound();
    };
  }

  private static Answer ready(final SyncCounts counts) {
    return new Answer(counts.phase() == SyncPhase.DONE ? 200 : 503, JSON, StatusJson.ready(counts));
  }

  private static Answer notFound() {
    return new Answer(404, JSON, error("/metrics, /health, /ready and /status are here"));
  }

  private static Buffer error(final String text) {
    return Buffer.buffer("{\"error\":\"" + text + "\"}\n");
  }

  private static void send(final HttpServerRequest request, final Answer answer) {
    request
        .response()
        .setStatusCode(answer.code())
        .putHeader("Content-Type", answer.type())
        .putHeader("Cache-Control", "no-store")
        .end(answer.body())
        .onFailure(e -> LOG.debug("answer to {} broke off", request.path(), e));
  }

  /** Stops listening; twice is harmless. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    if (listener != null) {
      listener.close();
    }
    metrics.close();
  }
}
