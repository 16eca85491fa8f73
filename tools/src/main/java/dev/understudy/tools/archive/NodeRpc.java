package dev.understudy.tools.archive;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's RPC over HTTP GET. What passes by itself (a broken connection, a stall, a busy proxy,
 * results of the newest block not yet there) is tried again with growing pauses; an error that the
 * node states is a {@link RpcException} at once. Answers come on an event loop: callers move on
 * from there. Safe for many threads; closed by its owner.
 */
final class NodeRpc implements AutoCloseable {
  /** A block of the largest size allowed is 140 MB of JSON; its results may be more. */
  static final int MAX_ANSWER = 512 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(NodeRpc.class);
  private static final int CONNECT_MILLIS = 10_000;
  private static final int STALL_SECONDS = 60;

  private final Vertx vertx;
  private final String base;
  private final HttpClient client;
  private final Retry retry;
  private final ScheduledExecutorService pauses;

  /** The node understood and said no. */
  static final class RpcException extends IOException {
    RpcException(final String message) {
      super(message);
    }
  }

  NodeRpc(final URI base, final int connections, final int attempts, final Duration firstPause) {
    this.base = base.toString().replaceFirst("^tcp://", "http://").replaceFirst("/+$", "");
    this.vertx = EventLoops.open();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setReadIdleTimeout(STALL_SECONDS)
                .setDecompressionSupported(true),
            new PoolOptions().setHttp1MaxSize(connections));
    this.retry =
        Retry.of(
            "rpc",
            RetryConfig.custom()
                .maxAttempts(attempts)
                .intervalFunction(
                    IntervalFunction.ofExponentialRandomBackoff(
                        firstPause, 2.0, 0.5, Duration.ofSeconds(15)))
                .retryOnException(e -> !(rootOf(e) instanceof RpcException))
                .build());
    this.retry
        .getEventPublisher()
        .onRetry(e -> LOG.debug("asking again after: {}", String.valueOf(e.getLastThrowable())));
    this.pauses =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              final Thread thread = new Thread(task, "rpc-pauses");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The whole body of an answer that holds a result. */
  CompletableFuture<byte[]> get(final String pathAndQuery) {
    return retry
        .executeCompletionStage(
            pauses, () -> once(pathAndQuery, NodeRpc::requireResult).toCompletionStage())
        .toCompletableFuture();
  }

  /**
   * The whole body of an answer that is no JSON-RPC; an {@link RpcException} for what is not there.
   */
  CompletableFuture<byte[]> getPlain(final String path) {
    return retry
        .executeCompletionStage(pauses, () -> once(path, NodeRpc::requireFound).toCompletionStage())
        .toCompletableFuture();
  }

  @Override
  public void close() {
    pauses.shutdownNow();
    EventLoops.close(vertx);
  }

  private Future<byte[]> once(final String pathAndQuery, final Check check) {
    return client
        .request(new RequestOptions().setAbsoluteURI(base + pathAndQuery))
        .compose(HttpClientRequest::send)
        .compose(NodeRpc::body)
        .map(
            answer -> {
              try {
                return check.body(pathAndQuery, answer);
              } catch (final IOException e) {
                throw new CompletionException(e);
              }
            });
  }

  /** Tells an answer from what is none. */
  @FunctionalInterface
  private interface Check {
    byte[] body(String asked, Received answer) throws IOException;
  }

  private static byte[] requireFound(final String asked, final Received answer) throws IOException {
    final byte[] body = answer.body.getBytes();
    if (answer.status == 200) {
      return body;
    }
    final String message = asked + " answered HTTP " + answer.status + ": " + beginning(body);
    throw answer.status < 500 && answer.status != 429
        ? new RpcException(message)
        : new IOException(message);
  }

  private static String beginning(final byte[] body) {
    return new String(Arrays.copyOf(body, Math.min(body.length, 200)), StandardCharsets.UTF_8)
        .strip();
  }

  private static Future<Received> body(final HttpClientResponse response) {
    final Promise<Received> whole = Promise.promise();
    final Buffer buffer = Buffer.buffer();
    response.handler(
        part -> {
          if (buffer.length() + part.length() > MAX_ANSWER) {
            whole.tryFail(new RpcException("answer is longer than " + MAX_ANSWER + " bytes"));
            response.request().connection().close();
          } else {
            buffer.appendBuffer(part);
          }
        });
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(new Received(response.statusCode(), buffer)));
    return whole.future();
  }

  private record Received(int status, Buffer body) {}

  /**
   * An error of the node comes with status 500 or 200; anything else that is no JSON is a proxy.
   */
  private static byte[] requireResult(final String asked, final Received answer)
      throws IOException {
    final byte[] body = answer.body.getBytes();
    String found = "no JSON-RPC answer";
    try (JsonParser parser = ArchiveFolder.JSON.createParser(body)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          final String name = parser.currentName();
          parser.nextToken();
          if (name.equals("result")) {
            return body;
          }
          if (name.equals("error")) {
            final JsonNode error = parser.readValueAsTree();
            found = error.path("message").asText() + ": " + error.path("data").asText();
            throw refusal(asked, found);
          }
          parser.skipChildren();
        }
      }
    } catch (final JsonProcessingException e) {
      found = beginning(body);
    }
    final String message = asked + " answered HTTP " + answer.status + ": " + found;
    throw answer.status == 404 ? new RpcException(message) : new IOException(message);
  }

  /** At the tip a block is there a moment before its results; asking again helps. */
  private static IOException refusal(final String asked, final String error) {
    final String message = asked + " answered '" + error + "'";
    return error.contains("could not find results for height")
        ? new IOException(message)
        : new RpcException(message);
  }

  /** What stands behind the wrappings that futures add. */
  static Throwable rootOf(final Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null
        && (root instanceof CompletionException || root instanceof ExecutionException)) {
      root = root.getCause();
    }
    return root;
  }
}
