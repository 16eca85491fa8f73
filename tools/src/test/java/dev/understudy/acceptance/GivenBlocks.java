package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.shim.abci.socket.LengthPrefix;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.line.EngineVersions;
import dev.understudy.types.wire.proto.Request;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a home's engine and its separate app, whichever engine that is, passes all bytes
 * on and notes the height of each block that the app is given. Two threads for each connection; the
 * bed closes it.
 */
final class GivenBlocks implements AutoCloseable {
  private static final int MAX_FRAME = 128 << 20;

  private final ServerSocket listener;
  private final int appPort;
  private final FrameLength form;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Long> heights = new ArrayList<>();

  private GivenBlocks(final ServerSocket listener, final int appPort, final FrameLength form) {
    this.listener = listener;
    this.appPort = appPort;
    this.form = form;
  }

  /** From now on the home's config.toml leads here; its app listens where it did. */
  static GivenBlocks before(final TestBed bed, final NodeHome home, final String engine) {
    final EngineLine line = EngineVersions.ofName(engine).orElseThrow();
    try {
      final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      home.config().set("", "proxy_app", "tcp://127.0.0.1:" + listener.getLocalPort());
      final GivenBlocks given =
          bed.own(new GivenBlocks(listener, home.appPort(), line.frameLength()));
      start(given::accept);
      return given;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The app was given every block from the first on, each once, and came as far as a node that says
   * it is at this height: it says so of a block that it has and does not yet execute.
   */
  void assertEachOnceUpTo(final long height) {
    final List<Long> given;
    synchronized (heights) {
      given = List.copyOf(heights);
    }
    assertThat(given).hasSizeGreaterThanOrEqualTo((int) height - 1);
    for (int i = 0; i < given.size(); i++) {
      assertThat(given.get(i)).as("block number %d that the app was given", i + 1).isEqualTo(i + 1);
    }
  }

  @Override
  public void close() {
    closeQuietly(listener);
    open.forEach(GivenBlocks::closeQuietly);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        final Socket engine = listener.accept();
        open.add(engine);
        final Socket app = new Socket(InetAddress.getLoopbackAddress(), appPort);
        open.add(app);
        engine.setTcpNoDelay(true);
        app.setTcpNoDelay(true);
        start(() -> pass(engine, app, this::passRequests));
        start(() -> pass(app, engine, (from, to) -> from.getInputStream().transferTo(to)));
      } catch (final IOException e) {
        // closed, or the app is down: the engine's connection ends with the bed
      }
    }
  }

  @FunctionalInterface
  private interface Passing {
    void run(Socket from, OutputStream to) throws IOException;
  }

  private void pass(final Socket from, final Socket to, final Passing passing) {
    try {
      passing.run(from, to.getOutputStream());
    } catch (final IOException e) {
      // one of the two has hung up, and the other is told below
    } finally {
      closeQuietly(from);
      closeQuietly(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private void passRequests(final Socket from, final OutputStream to) throws IOException {
    final DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
    while (true) {
      final byte[] prefix = prefix(in);
      long number = 0;
      for (int i = 0; i < prefix.length; i++) {
        number |= (long) (prefix[i] & 0x7f) << (7 * i);
      }
      final long length = LengthPrefix.fromWire(form, number);
      if (length < 0 || length > MAX_FRAME) {
        throw new IOException("a frame of " + length + " bytes");
      }
      final byte[] frame = in.readNBytes((int) length);
      note(frame);
      final byte[] whole = new byte[prefix.length + frame.length];
      System.arraycopy(prefix, 0, whole, 0, prefix.length);
      System.arraycopy(frame, 0, whole, prefix.length, frame.length);
      to.write(whole);
    }
  }

  private static byte[] prefix(final DataInputStream in) throws IOException {
    final byte[] prefix = new byte[5];
    for (int i = 0; i < prefix.length; i++) {
      prefix[i] = in.readByte();
      if (prefix[i] >= 0) {
        return Arrays.copyOf(prefix, i + 1);
      }
    }
    throw new IOException("a length that does not end");
  }

  private void note(final byte[] frame) throws InvalidProtocolBufferException {
    final Request request = Request.parseFrom(frame);
    final long height =
        request.hasFinalizeBlock()
            ? request.getFinalizeBlock().getHeight()
            : request.getBeginBlock().getHeader().getHeight();
    if (height > 0) {
      synchronized (heights) {
        heights.add(height);
      }
    }
  }

  private static void start(final Runnable work) {
    final Thread thread = new Thread(work, "given-blocks");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(final AutoCloseable socket) {
    try {
      socket.close();
    } catch (final Exception e) {
      // it is of no use any more in any case
    }
  }
}
