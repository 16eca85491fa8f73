package dev.understudy.shim.abci.socket;

import dev.understudy.types.line.EngineLine.FrameLength;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames, however the stream was split on its way.
 *
 * <pre>
 *   +--------------------------+---------------------------+
 *   | length, varint, 1-5 byte | body: protobuf, one value |
 *   +--------------------------+---------------------------+
 * </pre>
 *
 * <p>A length past the limit is refused before anything is allocated for it. Not for several
 * threads; of no use after its first exception.
 */
public final class FrameDecoder {
  // 2^31 - 1 zig-zagged needs 32 bits: five groups of seven
  private static final int MAX_PREFIX_BYTES = 5;

  private final FrameLength lengthForm;
  private final int maxBytes;

  private long partialPrefix;
  private int prefixBytes;
  private byte @Nullable [] body;
  private int filled;

  public FrameDecoder(final FrameLength lengthForm, final int maxBytes) {
    this.lengthForm = lengthForm;
    this.maxBytes = maxBytes;
  }

  /**
   * Consumes bytes up to the end of one frame and gives its body, or consumes them all and gives
   * null when more are needed.
   */
  public byte @Nullable [] take(final ByteBuffer in) throws MalformedFrameException {
    byte[] current = body;
    if (current == null) {
      final int length = takePrefix(in);
      if (length < 0) {
        return null;
      }
      current = new byte[length];
      body = current;
    }
    final int n = Math.min(current.length - filled, in.remaining());
    in.get(current, filled, n);
    filled += n;
    if (filled < current.length) {
      return null;
    }
    body = null;
    filled = 0;
    return current;
  }

  /** Whether the stream ends between two frames. */
  public boolean atBoundary() {
    return body == null && prefixBytes == 0;
  }

  private int takePrefix(final ByteBuffer in) throws MalformedFrameException {
    while (in.hasRemaining()) {
      final byte b = in.get();
      partialPrefix |= (long) (b & 0x7f) << (7 * prefixBytes);
      prefixBytes++;
      if (b >= 0) {
        final long length = LengthPrefix.fromWire(lengthForm, partialPrefix);
        if (length < 0 || length > maxBytes) {
          throw new MalformedFrameException(
              "a frame of " + length + " bytes is announced, the limit is " + maxBytes);
        }
        partialPrefix = 0;
        prefixBytes = 0;
        return (int) length;
      }
      if (prefixBytes == MAX_PREFIX_BYTES) {
        throw new MalformedFrameException(
            "the length before a frame goes on past " + MAX_PREFIX_BYTES + " bytes");
      }
    }
    return -1;
  }
}
