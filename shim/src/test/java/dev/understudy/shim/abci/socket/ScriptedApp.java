package dev.understudy.shim.abci.socket;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseFlush;
import dev.understudy.types.wire.proto.ResponseInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A peer on a real socket that does with its one connection what a test tells it to. */
final class ScriptedApp implements AutoCloseable {
  static final Response FLUSHED =
      Response.newBuilder().setFlush(ResponseFlush.getDefaultInstance()).build();

  private final ServerSocketChannel listener;
  private final AbciAddress address;
  private final FrameLength form;
  private final Thread thread;
  private final List<SocketChannel> accepted = new CopyOnWriteArrayList<>();

  interface Script {
    void play(Peer peer) throws IOException;
  }

  private ScriptedApp(
      final ServerSocketChannel listener,
      final AbciAddress address,
      final FrameLength form,
      final Script script) {
    this.listener = listener;
    this.address = address;
    this.form = form;
    this.thread = new Thread(() -> run(script), "scripted-app");
    thread.start();
  }

  static ScriptedApp onTcp(final FrameLength form, final Script script) throws IOException {
    return onPort(0, form, script);
  }

  static ScriptedApp onTcp(final Script script) throws IOException {
    return onTcp(FrameLength.UNSIGNED_VARINT, script);
  }

  static ScriptedApp onPort(final int port, final FrameLength form, final Script script)
      throws IOException {
    final ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    final int bound = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    return new ScriptedApp(listener, AbciAddress.loopback(bound), form, script);
  }

  static ScriptedApp onUnix(final Path file, final Script script) throws Exception {
    final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(file));
    return new ScriptedApp(
        listener, AbciAddress.parse("unix://" + file), FrameLength.UNSIGNED_VARINT, script);
  }

  static Response info(final long height) {
    return Response.newBuilder()
        .setInfo(ResponseInfo.newBuilder().setLastBlockHeight(height))
        .build();
  }

  /** Answers Info with a height, and each Flush, until the client hangs up. */
  static Script answering(final long height) {
    return peer -> {
      for (Request request = peer.read(); request != null; request = peer.read()) {
        if (request.hasFlush()) {
          peer.send(FLUSHED);
        } else {
          peer.hold(info(height));
        }
      }
    };
  }

  AbciAddress address() {
    return address;
  }

  private void run(final Script script) {
    try (SocketChannel channel = listener.accept()) {
      accepted.add(channel);
      script.play(new Peer(channel, form));
    } catch (final IOException e) {
      // the test's client hung up or the test is over
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (final SocketChannel channel : accepted) {
      channel.close();
    }
    try {
      thread.join();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The app's end of the connection. */
  static final class Peer {
    private final SocketChannel channel;
    private final FrameDecoder decoder;
    private final FrameWriter writer;
    private final ByteBuffer in = ByteBuffer.allocate(8 * 1024).flip();

    Peer(final SocketChannel channel, final FrameLength form) {
      this.channel = channel;
      this.decoder = new FrameDecoder(form, Integer.MAX_VALUE - 8);
      this.writer = new FrameWriter(form, Channels.newOutputStream(channel));
    }

    /** The next request; null when the client hung up. */
    @Nullable Request read() throws IOException {
      while (true) {
        final byte[] frame = decoder.take(in);
        if (frame != null) {
          return Request.parseFrom(frame);
        }
        in.clear();
        if (channel.read(in) < 0) {
          return null;
        }
        in.flip();
      }
    }

    void hold(final Response response) throws IOException {
      writer.write(response);
    }

    void send(final Response response) throws IOException {
      writer.write(response);
      writer.flush();
    }

    void sendBytes(final byte... bytes) throws IOException {
      final ByteBuffer out = ByteBuffer.wrap(bytes);
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }
  }
}
