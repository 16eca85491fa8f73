package dev.understudy.acceptance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A database's key as its layout v1 spells it: {@code H:12}. Layout v2 of 1.0 has the kind of a
 * record and its height as ordered numbers instead (github.com/google/orderedcode), here read apart
 * from the project's own code.
 */
final class PlainKey {
  private static final List<String> KINDS =
      List.of(
          "H",
          "P",
          "C",
          "SC",
          "EC",
          "BH",
          "validatorsKey",
          "consensusParamsKey",
          "abciResponsesKey");

  private PlainKey() {}

  /**
   * @param literal the key as {@link DbDump} tells it, a Go string literal without its quotes
   */
  static String of(final String literal) {
    final byte[] key = unquoted(literal);
    final int kind = key.length < 2 ? -1 : (key[0] & 0xff) - 0x80;
    if (kind < 0 || kind >= KINDS.size()) {
      return literal;
    }
    final String name = KINDS.get(kind);
    return name.equals("BH") ? "BH:" : name + ":" + number(key, 1);
  }

  /** A number of up to three bytes: one more leading bit for each further byte. */
  private static long number(final byte[] key, final int at) {
    final long first = key[at] & 0xff;
    if (first < 0xc0) {
      return first - 0x80;
    }
    final long second = key[at + 1] & 0xff;
    if (first < 0xe0) {
      return ((first & 0x1f) << 8) | second;
    }
    return ((first & 0x0f) << 16) | (second << 8) | (key[at + 2] & 0xff);
  }

  /** The key's bytes. */
  static byte[] unquoted(final String literal) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < literal.length(); i++) {
      final char c = literal.charAt(i);
      if (c != '\\') {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      final char escape = literal.charAt(++i);
      switch (escape) {
        case 'x' -> {
          bytes.write(Integer.parseInt(literal.substring(i + 1, i + 3), 16));
          i += 2;
        }
        case 'u' -> {
          final char code = (char) Integer.parseInt(literal.substring(i + 1, i + 5), 16);
          bytes.writeBytes(String.valueOf(code).getBytes(StandardCharsets.UTF_8));
          i += 4;
        }
        default -> {
          final int named = "abtnvfr".indexOf(escape);
          bytes.write(named < 0 ? escape : named + 7);
        }
      }
    }
    return bytes.toByteArray();
  }
}
