package dev.understudy.shim.source.kyve;

import dev.understudy.shim.source.kyve.GatewayFault.Weight;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer on its way from the event loop to one blocking reader. The loop only
 * queues buffers, and no more than the reader has asked for: at most {@value #WINDOW} wait here.
 */
final class HttpBody implements AutoCloseable {
  private static final int WINDOW = 8;
  // slower than this and it counts as a stall: a trickle must not hold a connection for ever
  private static final int LEAST_BYTES_PER_WINDOW = 1024;

  private sealed interface Piece permits Data, End, Broken {}

  private record Data(Buffer bytes) implements Piece {}

  private record End() implements Piece {}

  private record Broken(String reason) implements Piece {}

  private final HttpClientResponse response;
  private final long stallNanos;
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private long windowStart;
  private long windowBytes;
  private boolean finished;

  /** Must be made on the response's event loop, before its first byte is delivered. */
  HttpBody(final HttpClientResponse response, final Duration stallTimeout) {
    this.response = response;
    this.stallNanos = stallTimeout.toNanos();
    this.windowStart = System.nanoTime();
    response.pause();
    response.handler(bytes -> pieces.add(new Data(bytes)));
    response.endHandler(end -> pieces.add(new End()));
    response.exceptionHandler(error -> pieces.add(new Broken(String.valueOf(error.getMessage()))));
    response.fetch(WINDOW);
  }

  int status() {
    return response.statusCode();
  }

  @Nullable String header(final String name) {
    return response.getHeader(name);
  }

  OptionalLong length() {
    final String stated = response.getHeader("Content-Length");
    if (stated == null || !stated.matches("[0-9]{1,18}")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(stated));
  }

  /** Waits for more bytes; null at the end. */
  @Nullable Buffer next() throws GatewayFault, InterruptedException {
    if (finished) {
      return null;
    }
    final long left = windowStart + stallNanos - System.nanoTime();
    final Piece piece = pieces.poll(Math.max(left, 0), TimeUnit.NANOSECONDS);
    if (piece == null) {
      throw new GatewayFault(
          Weight.PASSING,
          "stalled: fewer than "
              + LEAST_BYTES_PER_WINDOW
              + " bytes in "
              + TimeUnit.NANOSECONDS.toMillis(stallNanos)
              + " ms");
    }
    if (piece instanceof Data data) {
      response.fetch(1);
      windowBytes += data.bytes().length();
      if (windowBytes >= LEAST_BYTES_PER_WINDOW) {
        forgetWait();
      }
      return data.bytes();
    }
    finished = true;
    if (piece instanceof Broken broken) {
      throw new GatewayFault(Weight.PASSING, "connection broke in the answer: " + broken.reason());
    }
    return null;
  }

  /** Starts the stall clock anew, after the reader itself had to wait for something else. */
  void forgetWait() {
    windowStart = System.nanoTime();
    windowBytes = 0;
  }

  /** Ends the exchange; a body not read to its end costs the connection. */
  @Override
  public void close() {
    if (!finished) {
      finished = true;
      // the outcome of a reset tells nothing that matters: nobody reads this answer any more
      response.request().reset().onFailure(alreadyOver -> {});
    }
  }
}
