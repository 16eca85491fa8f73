package dev.understudy.tools.archive;

import dev.understudy.shim.http.HttpListener;
import dev.understudy.shim.http.HttpPlace;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves an archive folder as KYVE would: chain REST under {@code /}, storage under {@code
 * /storage/ID} (and {@code /ID}, {@code /resolve/ID}, {@code /v1/blobs/ID}, so that it can stand
 * for every storage provider). The folder may grow meanwhile; bundles show as soon as their list
 * does. Bundles are streamed from the file.
 *
 * <p>Owns its event loop and worker threads; safe to use and to close from any thread. Whoever
 * starts it closes it.
 */
public final class ArchiveServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveServer.class);
  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx;
  private final HttpListener listener;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ArchiveServer(final Vertx vertx, final HttpListener listener) {
    this.vertx = vertx;
    this.listener = listener;
  }

  /**
   * Serves on loopback.
   *
   * @param port 0 takes a free one
   */
  public static ArchiveServer start(final Path dir, final int port) throws FailureException {
    return start(dir, LOOPBACK, port);
  }

  /** Serves on the address given; anything but loopback shows the archive to the network. */
  public static ArchiveServer start(final Path dir, final String host, final int port)
      throws FailureException {
    final ArchiveFolder folder = new ArchiveFolder(dir);
    requireArchive(folder);
    final Vertx vertx = EventLoops.open();
    final ArchiveRoutes routes = new ArchiveRoutes(folder);
    try {
      return new ArchiveServer(
          vertx,
          HttpListener.start(
              vertx.createHttpServer().requestHandler(request -> handle(vertx, routes, request)),
              new HttpPlace("the archive", "--port", host, port)));
    } catch (final FailureException e) {
      EventLoops.close(vertx);
      throw e;
    }
  }

  /** The port in use. */
  public int port() {
    return listener.port();
  }

  /** What {@code --chain-rest} takes. */
  public URI chainRest() {
    return listener.address();
  }

  /** What {@code --storage-rest} takes. */
  public URI storageRest() {
    return URI.create(chainRest() + "/storage");
  }

  /** Stops listening and ends all threads; twice is harmless. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      EventLoops.close(vertx);
    }
  }

  private static void requireArchive(final ArchiveFolder folder) throws FailureException {
    String problem = null;
    if (!Files.isRegularFile(folder.poolsFile())) {
      problem = "there is no " + folder.poolsFile();
    } else {
      try {
        if (folder.readPools().isEmpty()) {
          problem = folder.poolsFile() + " names no pool";
        }
      } catch (final IOException e) {
        problem = e.getMessage();
      }
    }
    if (problem != null) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "not an archive: " + problem,
          "Name a folder that 'understudy archive pack' has written; docs/archive.md has the"
              + " form.");
    }
  }

  private static void handle(
      final Vertx vertx, final ArchiveRoutes routes, final HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      sendOrClose(request, Answer.error(12, "Not Implemented"));
      return;
    }
    vertx
        .executeBlocking(() -> routes.answer(request.path(), request::getParam), false)
        .onSuccess(answer -> sendOrClose(request, answer))
        .onFailure(
            e -> {
              LOG.warn("no answer to {}", request.path(), e);
              sendOrClose(request, Answer.error(13, "archive folder cannot be read"));
            });
  }

  private static void sendOrClose(final HttpServerRequest request, final Answer answer) {
    send(request, answer)
        .onFailure(
            e -> {
              LOG.debug("answer to {} broke off", request.path(), e);
              request.connection().close();
            });
  }

  private static Future<Void> send(final HttpServerRequest request, final Answer answer) {
    final HttpServerResponse response = request.response();
    if (answer instanceof Answer.Json json) {
      return response
          .setStatusCode(json.status())
          .putHeader("Content-Type", "application/json")
          .end(Buffer.buffer(json.bytes()));
    }
    final Answer.Stored stored = (Answer.Stored) answer;
    response.putHeader("Content-Type", "application/octet-stream");
    if (request.method().equals(HttpMethod.HEAD)) {
      return response.putHeader("Content-Length", Long.toString(stored.bytes())).end();
    }
    return response.sendFile(stored.file().toString());
  }
}
