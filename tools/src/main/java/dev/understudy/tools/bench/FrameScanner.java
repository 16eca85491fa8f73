package dev.understudy.tools.bench;

import dev.understudy.shim.abci.socket.LengthPrefix;
import dev.understudy.types.line.EngineLine.FrameLength;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Follows the frames of an ABCI stream that passes by, without keeping them: where each begins and
 * ends, and which message it holds. Not for several threads.
 */
final class FrameScanner {
  private static final int MAX_PREFIX_BYTES = 5;
  private static final int TAG_TYPE_BITS = 3;

  private final FrameLength lengthForm;
  private final Listener listener;

  private boolean inBody;
  private long prefix;
  private int prefixBytes;
  private long left;
  private long tag;
  private int tagBytes;
  private boolean tagKnown;
  private long position;

  /** Told of frames as their bytes pass. */
  interface Listener {
    /** The first byte of a frame has come. */
    void begins();

    /**
     * The last byte of a frame has come.
     *
     * @param field which of the envelope's messages it holds, as the protobuf field number
     * @param end bytes of the stream up to and with this frame
     */
    void ends(int field, long end);
  }

  FrameScanner(final FrameLength lengthForm, final Listener listener) {
    this.lengthForm = lengthForm;
    this.listener = listener;
  }

  /** Looks at the bytes between position and limit; the buffer is left as it was. */
  void scan(final ByteBuffer bytes) throws IOException {
    int at = bytes.position();
    final int limit = bytes.limit();
    while (at < limit) {
      if (!inBody) {
        takePrefix(bytes.get(at++));
        position++;
      } else if (!tagKnown) {
        takeTag(bytes.get(at++));
        position++;
      } else {
        final int n = (int) Math.min(left, limit - at);
        at += n;
        left -= n;
        position += n;
      }
      if (inBody && left == 0) {
        inBody = false;
        listener.ends((int) (tag >>> TAG_TYPE_BITS), position);
      }
    }
  }

  private void takePrefix(final byte b) throws IOException {
    if (prefixBytes == 0) {
      listener.begins();
    }
    prefix |= (long) (b & 0x7f) << (7 * prefixBytes);
    prefixBytes++;
    if (b < 0) {
      if (prefixBytes == MAX_PREFIX_BYTES) {
        throw new IOException("what passes is not ABCI: the length before a frame does not end");
      }
      return;
    }
    left = LengthPrefix.fromWire(lengthForm, prefix);
    if (left < 0) {
      throw new IOException("what passes is not ABCI: a frame of " + left + " bytes");
    }
    prefix = 0;
    prefixBytes = 0;
    tag = 0;
    tagBytes = 0;
    tagKnown = false;
    inBody = true;
  }

  private void takeTag(final byte b) {
    tag |= (long) (b & 0x7f) << (7 * tagBytes);
    tagBytes++;
    left--;
    tagKnown = b >= 0 || tagBytes == MAX_PREFIX_BYTES;
  }
}
