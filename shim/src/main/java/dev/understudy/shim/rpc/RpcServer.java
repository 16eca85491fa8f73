package dev.understudy.shim.rpc;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.OpenChain;
import dev.understudy.shim.http.AnswerThreads;
import dev.understudy.shim.http.HttpListener;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the RPC face on loopback. Listens from its start, answers from a sync's stores once {@link
 * #serve} has named the sync and while that has them open; before and after it says 503.
 *
 * <p>Event loops only move bytes; answers are made on two threads of its own behind a bounded
 * queue. Bodies and answers in memory share one budget, and what goes beyond it is refused with
 * 503. Start and close are not called on an event loop. Whoever starts it closes it, before Vert.x.
 */
public final class RpcServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);
  private static final long WAIT_SECONDS = 10;
  private static final int IDLE_SECONDS = 60;
  private static final int MOST_CONNECTIONS = 128;
  private static final int MOST_LINE_BYTES = 1 << 14;

  /** A node's rpc.max_body_bytes. */
  private static final int MOST_BODY_BYTES = 1_000_000;

  /** A block of 45 MB in JSON. */
  static final long BUDGET_BYTES = 64L << 20;

  private static final int UNAVAILABLE = 503;
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Vertx vertx;
  private final ByteBudget budget;
  private final AtomicInteger connections = new AtomicInteger();
  private final AnswerThreads threads = new AnswerThreads("understudy-rpc", WAIT_SECONDS);
  private volatile Supplier<Optional<OpenChain>> chains = Optional::empty;
  private @Nullable HttpListener listener;
  private volatile @Nullable RpcHandler handler;

  private RpcServer(final Vertx vertx, final long budgetBytes) {
    this.vertx = vertx;
    this.budget = new ByteBudget(budgetBytes);
  }

  /**
   * Listens before it returns, or fails with CONFIGURATION; touches nothing in the home, of which
   * it reads what the node tells of itself.
   *
   * @param indexing whether the sync writes the search index
   */
  public static RpcServer start(
      final Vertx vertx,
      final RpcConfig config,
      final HomeLayout layout,
      final EngineLine line,
      final boolean indexing)
      throws FailureException {
    return start(vertx, config, NodeFacts.read(layout, indexing), line, BUDGET_BYTES);
  }

  static RpcServer start(
      final Vertx vertx,
      final RpcConfig config,
      final NodeFacts facts,
      final EngineLine line,
      final long budgetBytes)
      throws FailureException {
    final RpcServer started = new RpcServer(vertx, budgetBytes);
    boolean done = false;
    try {
      started.listen(config, facts, line);
      done = true;
      return started;
    } finally {
      if (!done) {
        started.close();
      }
    }
  }

  private void listen(final RpcConfig config, final NodeFacts facts, final EngineLine line)
      throws FailureException {
    final HttpListener listening =
        HttpListener.start(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setIdleTimeout(IDLE_SECONDS)
                        .setMaxInitialLineLength(MOST_LINE_BYTES)
                        // many streams in one connection would get round the bound on connections
                        .setHttp2ClearTextEnabled(false))
                .connectionHandler(this::admit)
                .requestHandler(this::handle),
            config.place());
    listener = listening;
    final List<Route> routes = new ArrayList<>(BlockRoutes.all(line));
    routes.addAll(StateRoutes.all());
    routes.addAll(new NodeRoutes(facts, "tcp://" + listening.address().getAuthority()).all());
    handler = new RpcHandler(line, routes, () -> chains.get(), budget);
    LOG.info("RPC on {}", listening.address());
  }

  /** Answers from this sync's stores from now on. */
  public void serve(final BlockSync sync) {
    serve(sync::openChain);
  }

  void serve(final Supplier<Optional<OpenChain>> source) {
    chains = source;
  }

  /** Where it listens. */
  public URI address() {
    if (listener == null) {
      throw new IllegalStateException("not started");
    }
    return listener.address();
  }

  /** What bodies and answers hold in memory now. */
  long heldBytes() {
    return budget.held();
  }

  private void admit(final HttpConnection connection) {
    final boolean tooMany = connections.incrementAndGet() > MOST_CONNECTIONS;
    connection.closeHandler(gone -> connections.decrementAndGet());
    if (tooMany) {
      connection
          .close()
          .onFailure(e -> LOG.debug("a connection too many did not close in order", e));
    }
  }

  private void handle(final HttpServerRequest request) {
    if (request.response().writeQueueFull()) {
      // it asks on and on without reading what it was answered
      hangUp(request);
      return;
    }
    final Body body = new Body(request);
    request.handler(body::add);
    request.endHandler(end -> body.finish());
    request.exceptionHandler(e -> body.drop());
  }

  /** Collects a request's body on its event loop and hands the request on. */
  private final class Body {
    private final HttpServerRequest request;
    private Buffer bytes = Buffer.buffer();
    private boolean over;

    Body(final HttpServerRequest request) {
      this.request = request;
    }

    void add(final Buffer part) {
      if (over) {
        return;
      }
      if (bytes.length() + part.length() > MOST_BODY_BYTES) {
        drop();
        sendLast(
            request,
            RpcHandler.fault(
                400,
                Optional.empty(),
                RpcFault.invalidRequest(
                    "error reading request body: http: request body too large")));
      } else if (!budget.take(part.length())) {
        drop();
        sendLast(request, busy());
      } else {
        bytes.appendBuffer(part);
      }
    }

    /** Gives back what was collected; nothing more is. */
    void drop() {
      if (!over) {
        over = true;
        budget.give(bytes.length());
        bytes = Buffer.buffer();
      }
    }

    void finish() {
      if (over) {
        return;
      }
      over = true;
      final int size = bytes.length();
      final String type = Optional.ofNullable(request.getHeader("Content-Type")).orElse("");
      final HttpAsk ask =
          new HttpAsk(
              Optional.ofNullable(request.path()).orElse("/"),
              Optional.ofNullable(request.query()).orElse(""),
              Optional.ofNullable(request.getHeader("Host")).orElse(""),
              type.toLowerCase(Locale.ROOT).startsWith(FORM),
              Bytes.wrap(bytes.getBytes()));
      bytes = Buffer.buffer();
      dispatch(request, ask, size);
    }
  }

  private void dispatch(final HttpServerRequest request, final HttpAsk ask, final int bodyBytes) {
    final RpcHandler answering = handler;
    if (answering == null) {
      budget.give(bodyBytes);
      sendLast(request, busy());
      return;
    }
    final Context context = vertx.getOrCreateContext();
    if (!threads.offer(() -> make(context, answering, request, ask, bodyBytes))) {
      budget.give(bodyBytes);
      sendLast(request, busy());
    }
  }

  private void make(
      final Context context,
      final RpcHandler answering,
      final HttpServerRequest request,
      final HttpAsk ask,
      final int bodyBytes) {
    try {
      // a client that went away while it waited is not worth the work
      if (!request.response().closed()) {
        final HttpAnswer answer = answering.answer(ask);
        context.runOnContext(ready -> answer(request, answer));
      }
    } catch (final RuntimeException e) {
      LOG.warn("no answer to {}", ask.path(), e);
      context.runOnContext(ready -> send(request, busy()));
    } finally {
      budget.give(bodyBytes);
    }
  }

  private void answer(final HttpServerRequest request, final HttpAnswer answer) {
    if (answer.status() == UNAVAILABLE) {
      sendLast(request, answer);
    } else {
      send(request, answer);
    }
  }

  private static HttpAnswer busy() {
    return RpcHandler.fault(
        UNAVAILABLE,
        Optional.of(CallId.URI),
        RpcFault.internal("too much is being asked at once; ask again later"));
  }

  /** Where more of this connection would only be more of the trouble. */
  private void sendLast(final HttpServerRequest request, final HttpAnswer answer) {
    request.response().putHeader("Connection", "close");
    send(request, answer).onComplete(sent -> hangUp(request));
  }

  private static void hangUp(final HttpServerRequest request) {
    request
        .connection()
        .close()
        .onFailure(e -> LOG.debug("a connection did not close in order", e));
  }

  private Future<Void> send(final HttpServerRequest request, final HttpAnswer answer) {
    final HttpServerResponse response = request.response();
    if (response.closed()) {
      answer.body().release();
      return Future.succeededFuture();
    }
    response.setStatusCode(answer.status());
    if (!answer.type().isEmpty()) {
      response.putHeader("Content-Type", answer.type());
    }
    if (answer.type().equals(HttpAnswer.PLAIN)) {
      response.putHeader("X-Content-Type-Options", "nosniff");
    }
    if (answer.cacheable()) {
      response.putHeader("Cache-Control", "public, max-age=86400");
    }
    response.putHeader("X-Server-Time", Long.toString(System.currentTimeMillis() / 1000));
    response.putHeader("Content-Length", Long.toString(answer.body().size()));
    if (!request.method().equals(HttpMethod.HEAD)) {
      for (final byte[] chunk : answer.body().chunks()) {
        response.write(Buffer.buffer(chunk)).onFailure(e -> LOG.trace("an answer broke off", e));
      }
    }
    return response
        .end()
        .onComplete(
            sent -> {
              answer.body().release();
              if (sent.failed()) {
                LOG.debug("answer to {} broke off", request.path(), sent.cause());
              }
            });
  }

  /** Stops listening and lets answers in work end; twice is harmless. */
  @Override
  public void close() {
    threads.takeNoMore();
    if (listener != null) {
      listener.close();
    }
    threads.close();
  }
}
