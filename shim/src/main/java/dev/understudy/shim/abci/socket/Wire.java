package dev.understudy.shim.abci.socket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/**
 * Moves bytes over a non-blocking channel on the caller's thread, with a deadline for each call.
 * While it waits for room to write it goes on reading, so that a peer that answers early can't
 * block both sides.
 */
final class Wire extends OutputStream {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** Takes what arrived; consumes the whole buffer. */
  interface Sink {
    void accept(ByteBuffer bytes) throws IOException;
  }

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Sink sink;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final boolean acknowledges;
  private long deadline;
  private boolean limited;

  /** Takes over the channel; the selector and the channel are closed by {@link #close}. */
  Wire(final SocketChannel channel, final Sink sink) throws IOException {
    this.channel = channel;
    this.sink = sink;
    this.acknowledges = channel.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);
    channel.configureBlocking(false);
    this.selector = Selector.open();
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  void waitForEver() {
    limited = false;
  }

  void waitAtMost(final long nanos) {
    limited = true;
    deadline = System.nanoTime() + nanos;
  }

  @Override
  public void write(final int b) throws IOException {
    if (!out.hasRemaining()) {
      drain();
    }
    out.put((byte) b);
  }

  @Override
  public void write(final byte[] bytes, final int offset, final int length) throws IOException {
    int from = offset;
    final int end = offset + length;
    while (from < end) {
      if (!out.hasRemaining()) {
        drain();
      }
      final int n = Math.min(out.remaining(), end - from);
      out.put(bytes, from, n);
      from += n;
    }
  }

  @Override
  public void flush() throws IOException {
    drain();
  }

  private void drain() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      if (channel.write(out) == 0) {
        await(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        if (key.isReadable()) {
          readAvailable();
        }
      }
    }
    out.clear();
  }

  /**
   * Has the kernel say now that what was read has arrived. It waits up to 40 ms with that where
   * nothing is sent, and as long a peer that has not turned Nagle's algorithm off keeps back its
   * next answer.
   */
  void acknowledge() throws IOException {
    if (acknowledges) {
      channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
    }
  }

  /** Gives the sink whatever is there without waiting; false at the end of the stream. */
  boolean readAvailable() throws IOException {
    while (true) {
      in.clear();
      final int n = channel.read(in);
      if (n <= 0) {
        return n == 0;
      }
      in.flip();
      sink.accept(in);
      if (n < in.capacity()) {
        return true;
      }
    }
  }

  /** Waits until something arrived and gives it to the sink; false at the end of the stream. */
  boolean readMore() throws IOException {
    await(SelectionKey.OP_READ);
    return readAvailable();
  }

  private void await(final int operations) throws IOException {
    while (true) {
      final int ready;
      try {
        key.interestOps(operations);
        ready = selector.select(millisLeft());
      } catch (final ClosedSelectorException | CancelledKeyException e) {
        throw new IOException("the connection was closed by another thread", e);
      }
      if (ready > 0) {
        selector.selectedKeys().clear();
        return;
      }
      if (!channel.isOpen() || !selector.isOpen()) {
        throw new IOException("the connection was closed by another thread");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("the waiting thread was interrupted");
      }
    }
  }

  private long millisLeft() throws SocketTimeoutException {
    if (!limited) {
      return 0;
    }
    final long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException();
    }
    return left / NANOS_PER_MILLI + 1;
  }

  /** Closes channel and selector; a thread that waits in here fails. Twice is harmless. */
  @Override
  public void close() throws IOException {
    try (selector) {
      channel.close();
    }
  }
}
