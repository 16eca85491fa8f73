package dev.understudy.shim.abci.transport;

import com.google.protobuf.MessageLite;
import java.util.Arrays;

/**
 * An app's answer, parsed and as the bytes it came in: databases and the journal keep those bytes,
 * since writing the parsed form again could lose fields that only the app knows.
 */
public final class Reply<T extends MessageLite> {
  private final T message;
  private final byte[] frame;
  private final int offset;

  /**
   * @param frame what came, of which this keeps the array
   * @param offset where the message itself begins
   */
  public Reply(final T message, final byte[] frame, final int offset) {
    this.message = message;
    this.frame = frame;
    this.offset = offset;
  }

  public T message() {
    return message;
  }

  /** The bytes of the message itself, without the envelope; a new array each time. */
  public byte[] raw() {
    return Arrays.copyOfRange(frame, offset, frame.length);
  }
}
