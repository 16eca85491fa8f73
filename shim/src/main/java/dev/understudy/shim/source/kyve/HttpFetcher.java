package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.Printable;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.shim.source.kyve.GatewayFault.Weight;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * GET requests over Vert.x for threads that block. Follows redirects itself, so that their number
 * is bounded and none leads from https back to http. Calls must not be made on an event loop; an
 * interrupt ends them and their exchange.
 */
final class HttpFetcher implements AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MAX_CHUNK_BYTES = 64 * 1024;

  private final Context context;
  private final HttpClientAgent client;
  private final SourcePatience patience;
  private final SourceMetrics metrics;
  private final InstantSource clock;

  HttpFetcher(
      final Vertx vertx,
      final int connectionsPerHost,
      final SourcePatience patience,
      final SourceMetrics metrics,
      final InstantSource clock) {
    this.context = vertx.getOrCreateContext();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(patience.connectTimeout().toMillis()))
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setDecompressionSupported(false), // hashes are over the bytes as stored
            new PoolOptions().setHttp1MaxSize(connectionsPerHost));
    this.patience = patience;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** The whole body of a 200 answer. */
  byte[] getBytes(final URI address, final int maxBytes) throws GatewayFault, InterruptedException {
    final long deadline = System.nanoTime() + 4 * patience.stallTimeout().toNanos();
    try (HttpBody body = get(address)) {
      if (body.length().orElse(0) > maxBytes) {
        throw tooLarge(maxBytes);
      }
      final ByteArrayOutputStream whole = new ByteArrayOutputStream();
      for (Buffer bytes = body.next(); bytes != null; bytes = body.next()) {
        if (whole.size() + (long) bytes.length() > maxBytes) {
          throw tooLarge(maxBytes);
        }
        whole.writeBytes(bytes.getBytes());
        if (System.nanoTime() > deadline) {
          throw new GatewayFault(Weight.PASSING, "the answer took too long");
        }
      }
      return whole.toByteArray();
    }
  }

  private static GatewayFault tooLarge(final int maxBytes) {
    return new GatewayFault(Weight.LIED, "the answer is larger than " + maxBytes + " bytes");
  }

  /** The body of a 200 answer, redirects followed; the caller closes it. */
  HttpBody get(final URI address) throws GatewayFault, InterruptedException {
    URI next = address;
    for (int hops = 0; hops <= patience.maxRedirects(); hops++) {
      final HttpBody body = getOnce(next);
      if (body.status() == 200) {
        return body;
      }
      try (body) {
        if (!REDIRECTS.contains(body.status())) {
          throw refusal(body);
        }
        next = target(next, body.header("Location"));
      }
    }
    throw new GatewayFault(
        Weight.LIED,
        "more than "
            + patience.maxRedirects()
            + " redirects, the last to "
            + Printable.of(next.toString()));
  }

  private static URI target(final URI from, final @Nullable String location) throws GatewayFault {
    if (location == null) {
      throw new GatewayFault(Weight.LIED, "a redirect without an address");
    }
    final URI to;
    try {
      to = from.resolve(location);
    } catch (final IllegalArgumentException malformed) {
      throw new GatewayFault(
          Weight.LIED, "a redirect to the malformed address '" + Printable.of(location) + "'");
    }
    final boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
    final boolean weaker = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
    if (!web || weaker || to.getHost() == null) {
      throw new GatewayFault(
          Weight.LIED, "a redirect to '" + Printable.of(location) + "', which is not followed");
    }
    return to;
  }

  private GatewayFault refusal(final HttpBody body) {
    final int status = body.status();
    final String reason = "HTTP status " + status;
    if (status == 429 || status == 503) {
      return new GatewayFault(Weight.THROTTLED, reason, retryAfter(body.header("Retry-After")));
    }
    final boolean refused = status >= 400 && status < 500 && status != 408 && status != 425;
    return new GatewayFault(refused ? Weight.REFUSED : Weight.PASSING, reason);
  }

  private Optional<Duration> retryAfter(final @Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    if (header.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header)));
    }
    try {
      final Instant when =
          ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      final Duration wait = Duration.between(clock.instant(), when);
      return wait.isNegative() ? Optional.empty() : Optional.of(wait);
    } catch (final DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }

  private HttpBody getOnce(final URI address) throws GatewayFault, InterruptedException {
    metrics.countRequest();
    final RequestOptions options = new RequestOptions().setMethod(HttpMethod.GET);
    try {
      options.setAbsoluteURI(address.toString());
    } catch (final RuntimeException malformed) { // Vert.x: VertxException over MalformedURL
      throw new GatewayFault(Weight.LIED, "malformed address " + Printable.of(address.toString()));
    }
    options.putHeader("Accept-Encoding", "identity");
    final AtomicReference<@Nullable HttpClientRequest> sent = new AtomicReference<>();
    final CompletableFuture<HttpBody> answer = new CompletableFuture<>();
    // on a context of the client's own: there the answer's head comes before its first byte, while
    // for a caller without one a short answer may be over before its handlers are set
    context.runOnContext(
        begin ->
            client
                .request(options)
                .compose(
                    request -> {
                      sent.set(request);
                      return request.send();
                    })
                .onComplete(
                    response -> {
                      final HttpBody body = new HttpBody(response, patience.stallTimeout());
                      if (!answer.complete(body)) {
                        body.close(); // the caller has given up
                      }
                    },
                    answer::completeExceptionally));
    boolean given = false;
    try {
      final HttpBody body =
          answer.get(
              patience.connectTimeout().plus(patience.stallTimeout()).toMillis(),
              TimeUnit.MILLISECONDS);
      given = true;
      return body;
    } catch (final TimeoutException late) {
      throw new GatewayFault(Weight.PASSING, "no answer in time");
    } catch (final ExecutionException failed) {
      throw new GatewayFault(Weight.PASSING, "no answer: " + causeOf(failed));
    } finally {
      if (!given) {
        giveUp(answer, sent.get());
      }
    }
  }

  private static void giveUp(
      final CompletableFuture<HttpBody> answer, final @Nullable HttpClientRequest request) {
    answer.cancel(false);
    if (answer.isDone() && !answer.isCompletedExceptionally()) {
      answer.join().close();
    } else if (request != null) {
      request.reset().onFailure(alreadyOver -> {});
    }
  }

  private static String causeOf(final ExecutionException failed) {
    final Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return Printable.of(cause.getClass().getSimpleName() + ": " + cause.getMessage());
  }

  /** Drops all connections. */
  @Override
  public void close() {
    client.close().onFailure(alreadyOver -> {});
  }
}
