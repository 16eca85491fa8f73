package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/**
 * Where the bench's own servers listen, on ports that the system picks. Waits for what Vert.x
 * promises, so never on an event loop.
 */
final class Loopback {
  static final String HOST = "127.0.0.1";
  static final int ANY_PORT = 0;

  private static final long WAIT_SECONDS = 30;

  private Loopback() {}

  /**
   * The server, once it listens.
   *
   * @param what listens, for the message where it can't
   */
  static <S> S listening(final String what, final Future<S> server) throws FailureException {
    try {
      return server.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (final Exception e) { // await throws whatever the server failed with
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s can't listen on the loopback: %s".formatted(what, e.getMessage()),
          "Check the limits on open files of this process.",
          e);
    }
  }

  /** Returns when it is closed. */
  static void awaitClosed(final String what, final Future<Void> closing) {
    try {
      closing.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (final Exception e) { // await throws whatever the close failed with
      throw new IllegalStateException(what + " does not close", e);
    }
  }
}
