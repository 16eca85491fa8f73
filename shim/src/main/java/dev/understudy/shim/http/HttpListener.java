package dev.understudy.shim.http;

import dev.understudy.types.FailureException;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of Vert.x that listens until it is closed, which its starter does before it closes
 * Vert.x. Start and close wait, and so are not called on an event loop.
 */
public final class HttpListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
  private static final long WAIT_SECONDS = 30;

  private final HttpServer server;
  private final HttpPlace place;
  private final AtomicBoolean closed = new AtomicBoolean();

  private HttpListener(final HttpServer server, final HttpPlace place) {
    this.server = server;
    this.place = place;
  }

  /**
   * Listens before it returns, or fails with CONFIGURATION.
   *
   * @param server with its handlers
   */
  public static HttpListener start(final HttpServer server, final HttpPlace place)
      throws FailureException {
    try {
      return new HttpListener(
          server.listen(place.port(), place.host()).await(WAIT_SECONDS, TimeUnit.SECONDS), place);
    } catch (final Exception e) { // await throws whatever the server failed with
      throw place.taken(e);
    }
  }

  /** With the port that is really listened on. */
  public URI address() {
    return place.address(port());
  }

  /** The one that is really listened on. */
  public int port() {
    return server.actualPort();
  }

  /**
   * Answers nobody any more; twice is harmless. The port may be had again a moment later: the
   * selector lets it go in its next turn.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      server.close().await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (final Exception e) { // await throws whatever the close failed with
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.warn("{} did not close in order: {}", place.face(), e.toString());
    }
  }
}
