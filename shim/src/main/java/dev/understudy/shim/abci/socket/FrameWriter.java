package dev.understudy.shim.abci.socket;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.understudy.types.line.EngineLine.FrameLength;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes messages as frames. Large byte fields (an app state of hundreds of megabytes) go to the
 * stream as they are, without a copy of the whole frame. Not for several threads.
 */
public final class FrameWriter {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final FrameLength lengthForm;
  private final OutputStream stream;
  private final CodedOutputStream coded;

  public FrameWriter(final FrameLength lengthForm, final OutputStream stream) {
    this.lengthForm = lengthForm;
    this.stream = stream;
    this.coded = CodedOutputStream.newInstance(stream, BUFFER_BYTES);
  }

  /** Appends one frame; it may stay in memory until {@link #flush}. */
  public void write(final MessageLite message) throws IOException {
    coded.writeUInt64NoTag(LengthPrefix.toWire(lengthForm, message.getSerializedSize()));
    message.writeTo(coded);
  }

  public void flush() throws IOException {
    coded.flush();
    stream.flush();
  }
}
