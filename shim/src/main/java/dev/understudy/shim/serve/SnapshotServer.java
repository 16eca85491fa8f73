package dev.understudy.shim.serve;

import dev.understudy.shim.http.AnswerThreads;
import dev.understudy.shim.http.HttpListener;
import dev.understudy.shim.http.HttpPlace;
import dev.understudy.types.FailureException;
import dev.understudy.types.json.JsonOutput;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
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
  private static final String PORT_FLAG = "--snapshot-port";
  private static final int MOST_LINE_BYTES = 4096;
  private static final int IDLE_SECONDS = 120;
  private static final long WAIT_SECONDS = 30;

  private final SnapshotAnswers answers;
  private final AnswerThreads threads = new AnswerThreads("understudy-snapshots", WAIT_SECONDS);
  private final HttpListener listener;

  private SnapshotServer(final Vertx vertx, final HttpPlace place, final SnapshotAnswers answers)
      throws FailureException {
    this.answers = answers;
    this.listener =
        HttpListener.start(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setIdleTimeout(IDLE_SECONDS)
                        .setMaxInitialLineLength(MOST_LINE_BYTES)
                        .setHttp2ClearTextEnabled(false))
                .requestHandler(request -> handle(vertx, request)),
            place);
    LOG.info("snapshots on {}", address());
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
    return new SnapshotServer(
        vertx,
        new HttpPlace(
            "the snapshot server", PORT_FLAG, host, HttpPlace.requirePort(PORT_FLAG, port)),
        new SnapshotAnswers(syncs, form));
  }

  /** What a pool's config takes as {@code api}. */
  public URI address() {
    return listener.address();
  }

  private void handle(final Vertx vertx, final HttpServerRequest request) {
    final Context context = vertx.getOrCreateContext();
    final HttpServerResponse response = request.response();
    if (!request.method().equals(HttpMethod.GET)) {
      response.setStatusCode(405).end().onFailure(e -> LOG.debug("an answer broke off", e));
      return;
    }
    final String path = Optional.ofNullable(request.path()).orElse("/");
    if (!threads.offer(() -> answer(context, request, path))) {
      response.setStatusCode(503).end().onFailure(e -> LOG.debug("a refusal broke off", e));
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
    threads.takeNoMore();
    listener.close();
    threads.close();
  }
}
