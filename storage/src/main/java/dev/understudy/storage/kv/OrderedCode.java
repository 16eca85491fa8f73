package dev.understudy.storage.kv;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Builds keys whose byte order is the order of their parts (github.com/google/orderedcode v0.0.1:
 * Append). Not safe for several threads.
 *
 * <pre>
 *   text    its bytes, 00 as 00 ff, ff as ff 00; closed by 00 01
 *   number  -64..63: one byte, x xor 80
 *           larger: k bytes big-endian, the top k bits set and the next one clear
 *           negative: the inverse of the number ~x
 * </pre>
 */
public final class OrderedCode {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public OrderedCode text(final String text) {
    return text(text.getBytes(StandardCharsets.UTF_8));
  }

  public OrderedCode text(final byte[] text) {
    int written = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == 0 || text[i] == (byte) 0xff) {
        out.write(text, written, i + 1 - written);
        out.write(~text[i]);
        written = i + 1;
      }
    }
    out.write(text, written, text.length - written);
    out.write(0);
    out.write(1);
    return this;
  }

  public OrderedCode number(final long x) {
    if (x >= -64 && x < 64) {
      out.write((int) x ^ 0x80);
      return this;
    }
    final long magnitude = x < 0 ? ~x : x;
    final int size = sizeOf(magnitude);
    final byte[] bytes = new byte[size];
    for (int i = 0; i < Math.min(size, Long.BYTES); i++) {
      bytes[size - 1 - i] = (byte) (magnitude >>> (8 * i));
    }
    for (int bit = 0; bit < size; bit++) {
      bytes[bit / 8] |= (byte) (0x80 >>> (bit % 8));
    }
    for (final byte b : bytes) {
      out.write(x < 0 ? ~b : b);
    }
    return this;
  }

  /** Reads a number that is not negative; empty where there is none. */
  public static OptionalLong numberAt(final byte[] key, final int offset) {
    if (offset >= key.length || key[offset] >= 0) {
      return OptionalLong.empty();
    }
    int size = 0;
    while (offset + size / 8 < key.length
        && (key[offset + size / 8] & (0x80 >>> (size % 8))) != 0) {
      size++;
    }
    // of nine bytes and more the length takes more than one
    if (offset + size > key.length || size > Long.BYTES + 2) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = 0; i < size; i++) {
      int b = key[offset + i] & 0xff;
      // the bits of the length, up to the clear one behind them
      final int lengthBits = size + 1 - 8 * i;
      if (lengthBits > 0) {
        b &= lengthBits >= 8 ? 0 : 0xff >>> lengthBits;
      }
      number = number << 8 | b;
    }
    return OptionalLong.of(number);
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }

  /** k bytes hold 7k - 1 bits beside their length prefix. */
  private static int sizeOf(final long magnitude) {
    final int bits = Long.SIZE - Long.numberOfLeadingZeros(magnitude);
    return bits / 7 + 1;
  }
}
