package dev.understudy.shim.serve;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.json.JsonOutput;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a sync's snapshots to KYVE's nodes. Listens from its start; answers 503 while the sync
 * executes no blocks.
 *
 * <p>Event loops only move bytes: answers are made on two threads of its own behind a bounded
 * queue, so two chunks at most are in memory. Start and close are not called on an event loop.
 * Whoever starts it closes it, before Vert.x.
 */
public final class SnapshotServer implements AutoCloseable {
  /** KSYNC's. */
  public static final int DEFAULT_PORT = 7878;

  /** Anything else shows the chain's snapshots to the network. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotServer.class);
  private static final int HIGHEST_PORT = 65535;
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 64;
  private static final int MOST_LINE_BYTES = 4096;
  private static final int IDLE_SECONDS = 120;
  private static final long WAIT_SECONDS = 30;

  private final ThreadPoolExecutor workers;
  private final SnapshotAnswers answers;
  private final HttpServer server;
  private final String host;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SnapshotServer(
      final ThreadPoolExecutor workers,
      final SnapshotAnswers answers,
      final HttpServer server,
      final String host) {
    this.workers = workers;
    this.answers = answers;
    this.server = server;
    this.host = host;
  }

  /**
   * Listens before it returns, or fails with CONFIGURATION.
   *
   * @param port 0 takes a free one
   * @param syncs asked for every answer
   */
  public static SnapshotServer start(
      final Vertx vertx,
      final String host,
      final int port,
      final StateForm form,
      final Supplier<Optional<ServedSync>> syncs)
      throws FailureException {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--snapshot-port %d is no TCP port".formatted(port),
          "Take 1 to 65535, or 0 for any free port.");
    }
    final ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> {
              final Thread thread = new Thread(task, "understudy-snapshots");
              thread.setDaemon(true);
              return thread;
            });
    final SnapshotServer started =
        new SnapshotServer(
            workers,
            new SnapshotAnswers(syncs, form),
            vertx.createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setMaxInitialLineLength(MOST_LINE_BYTES)
                    .setHttp2ClearTextEnabled(false)),
            host);
    started.listen(vertx, port);
    return started;
  }

  private void listen(final Vertx vertx, final int port) throws FailureException {
    try {
      server
          .requestHandler(request -> handle(vertx, request))
          .listen(port, host)
          .await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (final Exception e) { // await throws whatever the server failed with
      workers.shutdown();
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the snapshot server can't listen on %s:%d: %s".formatted(host, port, e.getMessage()),
          "Choose another --snapshot-port, or stop what listens there. Nothing was changed.",
          e);
    }
    LOG.info("snapshots on {}", address());
  }

  /** What a pool's config takes as {@code api}. */
  public URI address() {
    return URI.create(
        "http://%s:%d"
            .formatted(host.contains(":") ? "[" + host + "]" : host, server.actualPort()));
  }

  private void handle(final Vertx vertx, final HttpServerRequest request) {
    final Context context = vertx.getOrCreateContext();
    final HttpServerResponse response = request.response();
    if (!request.method().equals(HttpMethod.GET)) {
      response.setStatusCode(405).end().onFailure(e -> LOG.debug("an answer broke off", e));
      return;
    }
    final String path = Optional.ofNullable(request.path()).orElse("/");
    try {
      workers.execute(() -> answer(context, request, path));
    } catch (final RejectedExecutionException e) {
      LOG.debug("too many requests wait", e);
      response.setStatusCode(503).end().onFailure(broken -> LOG.debug("and broke off", broken));
    }
  }

  private void answer(final Context context, final HttpServerRequest request, final String path) {
    final HttpServerResponse response = request.response();
    if (response.closed()) {
      return;
    }
    final SnapshotAnswers.Answer answer = answers.answer(path);
    response
        .setStatusCode(answer.status())
        .putHeader("Content-Type", "application/json")
        .setChunked(true);
    final AnswerStream stream = new AnswerStream(context, response, WAIT_SECONDS);
    try (JsonOutput out = new JsonOutput(stream)) {
      answer.content().write(out);
      out.flush();
      stream.end();
    } catch (final IOException | RuntimeException e) {
      LOG.debug("answer to {} broke off", path, e);
      // half an answer must not look like a whole one
      request.connection().close().onFailure(gone -> LOG.trace("gone already", gone));
    }
  }

  /** Stops listening and lets answers in work end; twice is harmless. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    workers.shutdown();
    try {
      server.close().await(WAIT_SECONDS, TimeUnit.SECONDS);
      if (!workers.awaitTermination(WAIT_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("an answer of the snapshot server does not end");
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (final Exception e) { // await throws whatever the close failed with
      LOG.warn("the snapshot server did not close in order: {}", e.toString());
    }
  }
}
