package dev.understudy.types.json;

import java.util.Arrays;

/**
 * Hex and base64 straight from the parser's characters into bytes, with nothing made in between.
 */
final class TextBytes {
  private static final byte[] HEX = new byte[128];
  private static final byte[] BASE64 = new byte[128];
  private static final String BASE64_ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  static {
    Arrays.fill(HEX, (byte) -1);
    Arrays.fill(BASE64, (byte) -1);
    for (int i = 0; i < 16; i++) {
      HEX["0123456789abcdef".charAt(i)] = (byte) i;
      HEX["0123456789ABCDEF".charAt(i)] = (byte) i;
    }
    for (int i = 0; i < 64; i++) {
      BASE64[BASE64_ALPHABET.charAt(i)] = (byte) i;
    }
  }

  private TextBytes() {}

  /**
   * @throws IllegalArgumentException if it is no hex
   */
  static byte[] hex(final char[] text, final int offset, final int length) {
    if ((length & 1) != 0) {
      throw new IllegalArgumentException("an even count of hex digits");
    }
    final byte[] bytes = new byte[length >> 1];
    int at = offset;
    for (int i = 0; i < bytes.length; i++) {
      final char high = text[at++];
      final char low = text[at++];
      if ((high | low) >= 128) {
        throw new IllegalArgumentException("hex digits");
      }
      final int value = HEX[high] << 4 | HEX[low];
      if (value < 0) {
        throw new IllegalArgumentException("hex digits");
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  /**
   * Standard base64 with padding, as Go's {@code base64.StdEncoding} reads it: line breaks are
   * passed over.
   *
   * @throws IllegalArgumentException if it is no base64
   */
  static byte[] base64(final char[] text, final int offset, final int length) {
    for (int i = offset; i < offset + length; i++) {
      if (text[i] == '\n' || text[i] == '\r') {
        final char[] joined = new char[length];
        int size = 0;
        for (int j = offset; j < offset + length; j++) {
          if (text[j] != '\n' && text[j] != '\r') {
            joined[size++] = text[j];
          }
        }
        return unbrokenBase64(joined, 0, size);
      }
    }
    return unbrokenBase64(text, offset, length);
  }

  private static byte[] unbrokenBase64(final char[] text, final int offset, final int length) {
    if ((length & 3) != 0) {
      throw notBase64();
    }
    if (length == 0) {
      return new byte[0];
    }
    final int end = offset + length;
    final int padding = text[end - 1] != '=' ? 0 : text[end - 2] != '=' ? 1 : 2;
    final byte[] bytes = new byte[length / 4 * 3 - padding];
    final int wholeEnd = padding == 0 ? end : end - 4;
    int at = offset;
    int to = 0;
    while (at < wholeEnd) {
      final int group =
          group(text[at], text[at + 1], text[at + 2], text[at + 3]); // four characters, 24 bits
      bytes[to] = (byte) (group >> 16);
      bytes[to + 1] = (byte) (group >> 8);
      bytes[to + 2] = (byte) group;
      at += 4;
      to += 3;
    }
    if (padding > 0) {
      final int group = group(text[at], text[at + 1], padding == 2 ? 'A' : text[at + 2], 'A');
      bytes[to] = (byte) (group >> 16);
      if (padding == 1) {
        bytes[to + 1] = (byte) (group >> 8);
      }
    }
    return bytes;
  }

  private static int group(final char first, final char second, final char third, final char last) {
    if ((first | second | third | last) >= 128) {
      throw notBase64();
    }
    final int group =
        BASE64[first] << 18 | BASE64[second] << 12 | BASE64[third] << 6 | BASE64[last];
    if (group < 0) {
      throw notBase64();
    }
    return group;
  }

  private static IllegalArgumentException notBase64() {
    return new IllegalArgumentException("base64 with padding");
  }
}
