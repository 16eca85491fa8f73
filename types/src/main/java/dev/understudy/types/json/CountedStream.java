package dev.understudy.types.json;

import java.io.IOException;
import java.io.OutputStream;

/** Counts what goes through and stops at a limit. One thread. */
final class CountedStream extends OutputStream {
  private final OutputStream sink;
  private final long limit;
  private long count;

  /** There was more than the limit. */
  static final class Full extends IOException {
    private static final long serialVersionUID = 1;
  }

  CountedStream(final OutputStream sink, final long limit) {
    this.sink = sink;
    this.limit = limit;
  }

  long count() {
    return count;
  }

  @Override
  public void write(final int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(final byte[] bytes, final int offset, final int length) throws IOException {
    if (length > limit - count) {
      throw new Full();
    }
    count += length;
    sink.write(bytes, offset, length);
  }
}
