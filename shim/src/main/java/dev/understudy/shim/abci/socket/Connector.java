package dev.understudy.shim.abci.socket;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Connects to an app that may still be booting. */
final class Connector {
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 500;
  private static final double GROWTH = 1.5;
  private static final double JITTER = 0.2;
  private static final long ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private Connector() {}

  static SocketChannel connect(
      final String name,
      final AbciAddress address,
      final ConnectionSettings settings,
      final ConnectGate gate)
      throws FailureException {
    final long deadline = System.nanoTime() + settings.connectWithin().toNanos();
    final Retry retry =
        Retry.of(
            "abci-" + name,
            RetryConfig.custom()
                .maxAttempts(Integer.MAX_VALUE)
                .intervalFunction(
                    IntervalFunction.ofExponentialRandomBackoff(
                        FIRST_PAUSE_MILLIS, GROWTH, JITTER, LONGEST_PAUSE_MILLIS))
                // nothing tells when another process begins to listen: asking again is all there is
                .retryOnException(
                    e ->
                        e instanceof IOException
                            && System.nanoTime() < deadline
                            && !Thread.currentThread().isInterrupted())
                .build());
    try {
      return retry.executeCallable(() -> attempt(address, deadline, gate));
    } catch (final FailureException e) {
      throw e;
    } catch (final Exception e) {
      throw new FailureException(
          FailureKind.APP,
          "No connection (%s) to the app at %s within %d s: %s."
              .formatted(name, address, settings.connectWithin().toSeconds(), reason(e)),
          "Start the app first, or check that it listens on this address with the socket"
              + " transport.",
          e);
    }
  }

  private static String reason(final Exception e) {
    final String message = e.getMessage();
    if (e instanceof UnknownHostException) {
      return "the host name is unknown";
    }
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static SocketChannel attempt(
      final AbciAddress address, final long deadline, final ConnectGate gate)
      throws IOException, FailureException {
    gate.requireWorthTrying();
    final SocketAddress target = address.toSocketAddress();
    if (target instanceof InetSocketAddress inet && inet.isUnresolved()) {
      throw new UnknownHostException(inet.getHostString());
    }
    final boolean local = address.family() == StandardProtocolFamily.UNIX;
    final SocketChannel channel =
        local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    boolean connected = false;
    try {
      if (local) {
        channel.connect(target);
      } else {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        connectTcp(channel, target, deadline);
      }
      connected = true;
      return channel;
    } finally {
      if (!connected) {
        channel.close();
      }
    }
  }

  private static void connectTcp(
      final SocketChannel channel, final SocketAddress target, final long deadline)
      throws IOException {
    channel.configureBlocking(false);
    if (!channel.connect(target)) {
      final long left = Math.min(ATTEMPT_NANOS, deadline - System.nanoTime());
      try (Selector selector = Selector.open()) {
        channel.register(selector, SelectionKey.OP_CONNECT);
        selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        if (!channel.finishConnect()) {
          throw new IOException("the host does not answer");
        }
      }
    }
    // while nobody listens on a port of the ephemeral range, Linux may connect it to itself: that
    // socket would echo our requests, and keep the app from binding its port
    if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
      throw new IOException("nobody listens there yet");
    }
  }
}
