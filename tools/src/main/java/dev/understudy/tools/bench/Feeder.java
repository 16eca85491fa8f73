package dev.understudy.tools.bench;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine.FrameLength;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * The ideal feeder: sends prepared calls one after the other over one socket and waits for each
 * one's answers. It stores, verifies and decodes nothing, so no engine can drive the app faster.
 * Works on the caller's thread.
 */
final class Feeder {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final double NANOS_PER_SECOND = 1e9;

  private final FrameLength lengthForm;

  Feeder(final FrameLength lengthForm) {
    this.lengthForm = lengthForm;
  }

  /**
   * What it took.
   *
   * @param spanNanos from the first block's request to the last answer
   * @param wallNanos with connecting and InitChain
   * @param cpuSeconds of the feeding thread
   */
  record Fed(long spanNanos, long wallNanos, double cpuSeconds) {}

  /** Feeds a fresh app from InitChain to the last call. */
  Fed feed(final AbciAddress app, final List<RecordedCalls.Call> calls, final int firstBlockCall)
      throws FailureException {
    final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    final long cpuBefore = threads.getCurrentThreadCpuTime();
    final long began = System.nanoTime();
    try (SocketChannel channel = connect(app)) {
      final Answers answers = new Answers(lengthForm);
      long firstBlock = began;
      for (int i = 0; i < calls.size(); i++) {
        if (i == firstBlockCall) {
          firstBlock = System.nanoTime();
        }
        final RecordedCalls.Call call = calls.get(i);
        // a copy: the same bytes are sent in every round
        final ByteBuffer bytes = call.bytes().duplicate();
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        answers.await(channel, call.answers());
      }
      final long ended = System.nanoTime();
      return new Fed(
          ended - firstBlock,
          ended - began,
          (threads.getCurrentThreadCpuTime() - cpuBefore) / NANOS_PER_SECOND);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.APP,
          "the ideal feeder got no answer from the app at " + app + ": " + e.getMessage(),
          "The app's log in the bench's folder (--dir keeps it) has more.",
          e);
    }
  }

  private static SocketChannel connect(final AbciAddress app) throws IOException {
    if (app.family() == StandardProtocolFamily.UNIX) {
      final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(app.toSocketAddress());
      return channel;
    }
    final SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(app.toSocketAddress());
    return channel;
  }

  /** Counts answers without keeping them. */
  private static final class Answers implements FrameScanner.Listener {
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final FrameScanner scanner;
    private int got;
    private boolean refused;

    Answers(final FrameLength lengthForm) {
      this.scanner = new FrameScanner(lengthForm, this);
    }

    @Override
    public void begins() {}

    @Override
    public void ends(final int field, final long end) {
      got++;
      refused |= field == AbciFields.EXCEPTION_RESPONSE;
    }

    void await(final SocketChannel channel, final int wanted) throws IOException {
      got = 0;
      while (got < wanted) {
        in.clear();
        if (channel.read(in) < 0) {
          throw new EOFException("the app hung up");
        }
        in.flip();
        scanner.scan(in);
        if (refused) {
          throw new IOException("the app answered with an exception");
        }
      }
    }
  }
}
