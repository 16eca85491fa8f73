package dev.understudy.storage.kv;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Go's signed varint (encoding/binary: PutVarint): zig-zag, then seven bits a byte. */
public final class GoVarint {
  public static final ValueCodec<Long> CODEC = ValueCodec.of(GoVarint::encode, GoVarint::decode);

  private static final int MAX_SIZE = 10;

  private GoVarint() {}

  public static byte[] encode(final long value) {
    final byte[] buffer = new byte[MAX_SIZE];
    final CodedOutputStream out = CodedOutputStream.newInstance(buffer);
    try {
      out.writeSInt64NoTag(value);
    } catch (final IOException e) {
      throw new UncheckedIOException("ten bytes hold every varint", e);
    }
    return Arrays.copyOf(buffer, out.getTotalBytesWritten());
  }

  public static long decode(final byte[] bytes) {
    try {
      return CodedInputStream.newInstance(bytes).readSInt64();
    } catch (final IOException e) {
      throw new IllegalArgumentException("no varint", e);
    }
  }
}
