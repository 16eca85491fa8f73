package dev.understudy.tools.demo;

import dev.understudy.shim.abci.socket.FrameDecoder;
import dev.understudy.shim.abci.socket.FrameWriter;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseEcho;
import dev.understudy.types.wire.proto.ResponseException;
import dev.understudy.types.wire.proto.ResponseFlush;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves an app over ABCI as Go's socket server does: one lock over all connections, answers in the
 * order of the requests, and sent only at a Flush (abci/server/socket_server.go). Listens on the
 * loopback or a Unix socket only. One thread for each connection; {@link #close} ends them all.
 */
public final class AbciServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AbciServer.class);
  private static final int MAX_REQUEST_BYTES = 256 * 1024 * 1024;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_CONNECTIONS = 32;
  private static final Duration END_WITHIN = Duration.ofSeconds(5);

  private final ServerSocketChannel listener;
  private final AbciAddress address;
  private final Optional<Path> socketFile;
  private final FrameLength lengthForm;
  private final AbciApplication app;
  private final ReentrantLock oneRequest = new ReentrantLock();
  private final Map<SocketChannel, Thread> connections = new ConcurrentHashMap<>();
  private final Thread acceptor;

  private AbciServer(
      final ServerSocketChannel listener,
      final AbciAddress address,
      final Optional<Path> socketFile,
      final FrameLength lengthForm,
      final AbciApplication app) {
    this.listener = listener;
    this.address = address;
    this.socketFile = socketFile;
    this.lengthForm = lengthForm;
    this.app = app;
    this.acceptor = new Thread(this::accept, "abci-server");
    acceptor.setDaemon(true);
  }

  /** Listens and serves; port 0 takes any free one, which {@link #address} then names. */
  static AbciServer start(
      final AbciAddress wanted, final FrameLength lengthForm, final AbciApplication app)
      throws FailureException {
    final SocketAddress target = wanted.toSocketAddress();
    if (target instanceof InetSocketAddress inet
        && (inet.isUnresolved() || !inet.getAddress().isLoopbackAddress())) {
      throw cannotListen(wanted, "it is not on the loopback interface", null);
    }
    try {
      final ServerSocketChannel listener =
          wanted.family() == StandardProtocolFamily.UNIX
              ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
              : ServerSocketChannel.open();
      try {
        listener.bind(target);
      } catch (final IOException e) {
        listener.close();
        throw e;
      }
      final AbciAddress actual =
          listener.getLocalAddress() instanceof InetSocketAddress bound
              ? AbciAddress.loopback(bound.getPort())
              : wanted;
      final Optional<Path> socketFile =
          target instanceof UnixDomainSocketAddress unix
              ? Optional.of(unix.getPath())
              : Optional.empty();
      final AbciServer server = new AbciServer(listener, actual, socketFile, lengthForm, app);
      server.acceptor.start();
      return server;
    } catch (final IOException e) {
      throw cannotListen(wanted, e.toString(), e);
    }
  }

  private static FailureException cannotListen(
      final AbciAddress address,
      final String why,
      final @org.jspecify.annotations.Nullable IOException cause) {
    final String message = "The embedded app can't listen on " + address + ": " + why + ".";
    final String advice = "Choose another address on this machine.";
    return cause == null
        ? new FailureException(FailureKind.CONFIGURATION, message, advice)
        : new FailureException(FailureKind.CONFIGURATION, message, advice, cause);
  }

  /** Where it listens. */
  public AbciAddress address() {
    return address;
  }

  private void accept() {
    try {
      while (listener.isOpen()) {
        final SocketChannel channel = listener.accept();
        if (connections.size() >= MAX_CONNECTIONS) {
          LOG.warn("More than {} connections to the embedded app: hung up", MAX_CONNECTIONS);
          channel.close();
          continue;
        }
        final Thread thread = new Thread(() -> serve(channel), "abci-server-connection");
        thread.setDaemon(true);
        connections.put(channel, thread);
        thread.start();
        if (!listener.isOpen()) {
          channel.close();
        }
      }
    } catch (final IOException e) {
      LOG.debug("The embedded app listens no more: {}", e.toString());
    }
  }

  private void serve(final SocketChannel channel) {
    try (channel) {
      if (channel.getLocalAddress() instanceof InetSocketAddress) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      final FrameDecoder decoder = new FrameDecoder(lengthForm, MAX_REQUEST_BYTES);
      final FrameWriter writer = new FrameWriter(lengthForm, Channels.newOutputStream(channel));
      final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
      boolean open = true;
      while (open && channel.read(in) >= 0) {
        in.flip();
        byte[] frame = decoder.take(in);
        while (open && frame != null) {
          open = answer(Request.parseFrom(frame), writer);
          frame = decoder.take(in);
        }
        in.clear();
      }
    } catch (final IOException e) {
      LOG.debug("A connection to the embedded app ended: {}", e.toString());
    } catch (final RuntimeException e) {
      LOG.error("The embedded app failed; its connection is closed", e);
    } finally {
      connections.remove(channel);
    }
  }

  /** False when the connection ends with this answer. */
  private boolean answer(final Request request, final FrameWriter writer) throws IOException {
    switch (request.getValueCase()) {
      case FLUSH -> {
        writer.write(Response.newBuilder().setFlush(ResponseFlush.getDefaultInstance()).build());
        writer.flush();
        return true;
      }
      case ECHO -> {
        writer.write(
            Response.newBuilder()
                .setEcho(ResponseEcho.newBuilder().setMessage(request.getEcho().getMessage()))
                .build());
        return true;
      }
      default -> {
        return ask(request, writer);
      }
    }
  }

  private boolean ask(final Request request, final FrameWriter writer) throws IOException {
    oneRequest.lock();
    try {
      writer.write(app.answer(request));
      return true;
    } catch (final AbciApplication.RefusalException e) {
      writer.write(
          Response.newBuilder()
              .setException(ResponseException.newBuilder().setError(e.getMessage()))
              .build());
      writer.flush();
      return false;
    } finally {
      oneRequest.unlock();
    }
  }

  /** Hangs up on everybody and frees the address; waits until no request is worked on. */
  @Override
  public void close() throws IOException {
    listener.close();
    joinWithin(acceptor);
    for (final Map.Entry<SocketChannel, Thread> connection : connections.entrySet()) {
      connection.getKey().close();
      joinWithin(connection.getValue());
    }
    if (socketFile.isPresent()) {
      Files.deleteIfExists(socketFile.get());
    }
  }

  private static void joinWithin(final Thread thread) {
    try {
      thread.join(END_WITHIN.toMillis());
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
