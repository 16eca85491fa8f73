package dev.understudy.shim.serve;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Sends what is written to it, piece by piece, and waits for each to be taken: an answer of any
 * size holds one piece in memory. For one thread, which is no event loop.
 */
final class AnswerStream extends OutputStream {
  private static final int PIECE = 64 * 1024;

  private final Context context;
  private final HttpServerResponse response;
  private final long waitSeconds;
  private final byte[] piece = new byte[PIECE];
  private int used;

  /** A client that takes nothing for so long has gone. */
  AnswerStream(final Context context, final HttpServerResponse response, final long waitSeconds) {
    this.context = context;
    this.response = response;
    this.waitSeconds = waitSeconds;
  }

  @Override
  public void write(final int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(final byte[] bytes, final int offset, final int length) throws IOException {
    int done = 0;
    while (done < length) {
      final int part = Math.min(length - done, PIECE - used);
      System.arraycopy(bytes, offset + done, piece, used, part);
      used += part;
      done += part;
      if (used == PIECE) {
        send();
      }
    }
  }

  private void send() throws IOException {
    final Buffer buffer = Buffer.buffer(Arrays.copyOf(piece, used));
    used = 0;
    await(() -> response.write(buffer));
  }

  /** The last piece; the answer is whole when this returns. */
  void end() throws IOException {
    final Buffer buffer = Buffer.buffer(Arrays.copyOf(piece, used));
    await(() -> response.end(buffer));
  }

  /** Something to be done with the response on its own thread. */
  @FunctionalInterface
  private interface Sending {
    Future<Void> begin();
  }

  private void await(final Sending sending) throws IOException {
    final Promise<Void> done = Promise.promise();
    context.runOnContext(now -> sending.begin().onComplete(done));
    try {
      done.future().toCompletionStage().toCompletableFuture().get(waitSeconds, TimeUnit.SECONDS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in the middle of an answer", e);
    } catch (final Exception e) { // get throws whatever the write failed with
      throw new IOException("the answer is not taken: " + e.getMessage(), e);
    }
  }
}
