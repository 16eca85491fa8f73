package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A loopback port that leads to another one as over a long wire: each connection has its own speed
 * towards the client, every byte travels for half a round trip in each direction, and a new
 * connection costs one more, as TCP's handshake does. Whoever starts it closes it.
 */
final class FarWire implements AutoCloseable {
  private static final String WHAT = "a wire of the bench";
  private static final double BITS_AND_NANOS = 8e9;

  private final Vertx vertx;
  private final int target;
  private final long roundTripNanos;
  private final long bitsPerSecond;
  private final NetClient client;
  private final NetServer server;

  private FarWire(
      final Vertx vertx, final int target, final Duration roundTrip, final long bitsPerSecond)
      throws FailureException {
    this.vertx = vertx;
    this.target = target;
    this.roundTripNanos = roundTrip.toNanos();
    this.bitsPerSecond = bitsPerSecond;
    this.client = vertx.createNetClient();
    this.server =
        Loopback.listening(
            WHAT,
            vertx
                .createNetServer()
                .connectHandler(this::lead)
                .listen(Loopback.ANY_PORT, Loopback.HOST));
  }

  /**
   * Leads until it is closed; the caller owns {@code vertx}.
   *
   * @param target a port on the loopback
   * @param bitsPerSecond towards the client, for each connection
   */
  static FarWire start(
      final Vertx vertx, final int target, final Duration roundTrip, final long bitsPerSecond)
      throws FailureException {
    return new FarWire(vertx, target, roundTrip, bitsPerSecond);
  }

  /** The near end. */
  URI address() {
    return URI.create("http://%s:%d".formatted(Loopback.HOST, server.actualPort()));
  }

  private void lead(final NetSocket near) {
    near.pause();
    client
        .connect(target, Loopback.HOST)
        .onFailure(refused -> near.close())
        .onSuccess(
            far -> {
              new Lane(near, far, roundTripNanos, Long.MAX_VALUE).open();
              new Lane(far, near, 0, bitsPerSecond).open();
              near.resume();
            });
  }

  /** One direction of a connection; lives on the connection's event loop. */
  private final class Lane {
    /** More than is on the way at the speeds that a bench asks for. */
    private static final int MOST_UNDERWAY = 1 << 18;

    private final NetSocket from;
    private final NetSocket to;
    private final long bits;
    private final Deque<Parcel> underway = new ArrayDeque<>();
    private long bytesUnderway;
    private long freeAt;
    private boolean ended;

    private record Parcel(long due, Buffer bytes) {}

    /**
     * @param late how much later the first bytes set out
     */
    Lane(final NetSocket from, final NetSocket to, final long late, final long bits) {
      this.from = from;
      this.to = to;
      this.bits = bits;
      this.freeAt = System.nanoTime() + late;
    }

    void open() {
      from.handler(this::take);
      from.closeHandler(
          closed -> {
            ended = true;
            if (underway.isEmpty()) {
              to.close();
            }
          });
    }

    private void take(final Buffer bytes) {
      final long begin = Math.max(System.nanoTime(), freeAt);
      freeAt = begin + (long) (bytes.length() * BITS_AND_NANOS / bits);
      underway.add(new Parcel(freeAt + roundTripNanos / 2, bytes));
      bytesUnderway += bytes.length();
      if (bytesUnderway > MOST_UNDERWAY) {
        from.pause();
      }
      if (underway.size() == 1) {
        awaitFirst();
      }
    }

    private void awaitFirst() {
      final long wait = underway.getFirst().due() - System.nanoTime();
      vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)), timer -> arrive());
    }

    private void arrive() {
      while (!underway.isEmpty() && underway.getFirst().due() <= System.nanoTime()) {
        final Parcel parcel = underway.removeFirst();
        bytesUnderway -= parcel.bytes().length();
        // a client that has gone needs no bytes; its end closes both directions
        to.write(parcel.bytes()).onFailure(gone -> from.close());
      }
      if (bytesUnderway <= MOST_UNDERWAY) {
        from.resume();
      }
      if (!underway.isEmpty()) {
        awaitFirst();
      } else if (ended) {
        to.close();
      }
    }
  }

  @Override
  public void close() {
    Loopback.awaitClosed(WHAT, server.close());
    Loopback.awaitClosed(WHAT, client.close());
  }
}
