package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A storage gateway on loopback over an archive's {@code storage} folder, of limited speed, healthy
 * or sick in one way. All its downloads share its speed. Whoever starts it closes it.
 */
final class SickGateway implements AutoCloseable {
  private static final Pattern STORED = Pattern.compile("/storage/([A-Za-z0-9_-]{1,128})");
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final long SLOW_BYTES_PER_SECOND = 50_000;
  private static final int CORRUPT_ONE_IN = 100;
  private static final int THROTTLED = 429;
  private static final int NOT_FOUND = 404;
  private static final String WHAT = "a gateway of the bench";
  private static final double NANOS_PER_SECOND = 1e9;

  private final Vertx vertx;
  private final Path storage;
  private final Health health;
  private final long bytesPerSecond;
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong freeAt = new AtomicLong(System.nanoTime());
  private final URI address;
  private final HttpServer server;

  /** What a gateway may suffer from. */
  enum Health {
    HEALTHY,
    /** 50 KB/s, however fast it would be otherwise. */
    SLOW,
    /** Answers 429 to everything. */
    THROTTLING,
    /** One bundle in a hundred has a wrong byte, the first one among them. */
    CORRUPTING,
    /** Nobody listens. */
    DEAD,
    /** Takes requests and never answers. */
    SILENT
  }

  private SickGateway(
      final Vertx vertx, final Path archive, final Health health, final long bytesPerSecond)
      throws FailureException {
    this.vertx = vertx;
    this.storage = archive.resolve("storage");
    this.health = health;
    this.bytesPerSecond =
        health == Health.SLOW ? Math.min(SLOW_BYTES_PER_SECOND, bytesPerSecond) : bytesPerSecond;
    this.server =
        Loopback.listening(
            WHAT,
            vertx
                .createHttpServer()
                .requestHandler(this::handle)
                .listen(Loopback.ANY_PORT, Loopback.HOST));
    this.address = URI.create("http://%s:%d/storage".formatted(Loopback.HOST, server.actualPort()));
    if (health == Health.DEAD) {
      close();
    }
  }

  /** Serves until it is closed; the caller owns {@code vertx}. */
  static SickGateway start(
      final Vertx vertx, final Path archive, final Health health, final long bytesPerSecond)
      throws FailureException {
    return new SickGateway(vertx, archive, health, bytesPerSecond);
  }

  /** What {@code --storage-rest} takes. */
  URI address() {
    return address;
  }

  private void handle(final HttpServerRequest request) {
    final HttpServerResponse response = request.response();
    switch (health) {
      case THROTTLING -> answer(response, THROTTLED);
      case SILENT, DEAD -> request.resume();
      case HEALTHY, SLOW, CORRUPTING -> serve(request);
    }
  }

  private static void answer(final HttpServerResponse response, final int status) {
    // a client that has gone needs no answer
    response.setStatusCode(status).end().onFailure(gone -> response.reset());
  }

  private void serve(final HttpServerRequest request) {
    final HttpServerResponse response = request.response();
    final Matcher stored = STORED.matcher(request.path());
    final Path file = stored.matches() ? storage.resolve(stored.group(1)) : storage;
    if (!Files.isRegularFile(file)) {
      answer(response, NOT_FOUND);
      return;
    }
    final boolean corrupt =
        health == Health.CORRUPTING && answered.getAndIncrement() % CORRUPT_ONE_IN == 0;
    vertx
        .fileSystem()
        .open(file.toString(), new OpenOptions().setWrite(false))
        .compose(
            open ->
                open.size()
                    .compose(
                        size -> {
                          response.putHeader("Content-Length", Long.toString(size));
                          return send(response, open, 0, size, corrupt ? size / 2 : -1);
                        })
                    .eventually(open::close))
        .compose(sent -> response.end())
        .onFailure(gone -> response.reset());
  }

  private Future<Void> send(
      final HttpServerResponse response,
      final AsyncFile file,
      final long from,
      final long size,
      final long corruptAt) {
    if (from >= size) {
      return Future.succeededFuture();
    }
    final int length = (int) Math.min(CHUNK_BYTES, size - from);
    return turn(length)
        .compose(now -> file.read(Buffer.buffer(length), 0, from, length))
        .compose(
            chunk -> {
              if (corruptAt >= from && corruptAt < from + length) {
                final int at = (int) (corruptAt - from);
                chunk.setByte(at, (byte) ~chunk.getByte(at));
              }
              return response.write(chunk);
            })
        .compose(written -> send(response, file, from + length, size, corruptAt));
  }

  /** Completes when the gateway's speed allows these bytes. */
  private Future<Void> turn(final int bytes) {
    final long now = System.nanoTime();
    final long cost = (long) (bytes / (double) bytesPerSecond * NANOS_PER_SECOND);
    final long mine = freeAt.getAndUpdate(free -> Math.max(free, now) + cost);
    final long wait = TimeUnit.NANOSECONDS.toMillis(mine - now);
    if (wait < 1) {
      return Future.succeededFuture();
    }
    final Promise<Void> turn = Promise.promise();
    vertx.setTimer(wait, timer -> turn.complete());
    return turn.future();
  }

  @Override
  public void close() {
    Loopback.awaitClosed(WHAT, server.close());
  }
}
