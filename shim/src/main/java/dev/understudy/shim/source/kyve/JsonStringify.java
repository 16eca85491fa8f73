package dev.understudy.shim.source.kyve;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * Writes JSON as JavaScript's {@code JSON.stringify(JSON.parse(text))} would: no spaces, members in
 * document order, text escaped only where JavaScript escapes it (Go's HTML escapes vanish). KYVE's
 * nodes hash and store exactly this form. Works token by token, keeps no tree. One object serves
 * one thread; it never closes the stream.
 *
 * <p>Two habits of JavaScript are left out, as no block and no block result has such objects:
 * members with whole-number names moving to the front, and the last of several equal names winning.
 */
public final class JsonStringify {
  private static final char[] HEX = "0123456789abcdef".toCharArray();
  private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
  private static final int BUFFER = 8192;

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER];
  private int filled;

  public JsonStringify(final OutputStream out) {
    this.out = out;
  }

  /** Copies the value at the parser's current token; the parser stands on its last token after. */
  public void copyValue(final JsonParser parser) throws IOException {
    int depth = 0;
    boolean separate = false;
    while (true) {
      final JsonToken token = parser.currentToken();
      if (token == null) {
        throw new IOException("JSON ends inside of a value");
      }
      if (separate && !token.isStructEnd()) {
        raw(',');
      }
      separate = true;
      if (token.isStructStart()) {
        raw(token == JsonToken.START_OBJECT ? '{' : '[');
        depth++;
        separate = false;
      } else if (token.isStructEnd()) {
        raw(token == JsonToken.END_OBJECT ? '}' : ']');
        depth--;
      } else if (token == JsonToken.FIELD_NAME) {
        name(parser.currentName());
        separate = false;
      } else {
        scalar(parser, token);
      }
      if (depth == 0) {
        return;
      }
      parser.nextToken();
    }
  }

  /** Writes one ASCII character of structure. */
  public void raw(final char structure) throws IOException {
    put((byte) structure);
  }

  /** Writes bytes that have this form already. */
  public void raw(final byte[] json) throws IOException {
    flush();
    out.write(json);
  }

  /** Writes a member name and its colon. */
  public void name(final String name) throws IOException {
    string(name);
    raw(':');
  }

  /** Writes a string with its quotes. */
  public void string(final String text) throws IOException {
    raw('"');
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        raw('\\');
        raw(c);
      } else if (c < ' ') {
        control(c);
      } else if (c < 0x80) {
        raw(c);
      } else if (!Character.isSurrogate(c)) {
        twoOrThreeBytes(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        fourBytes(Character.toCodePoint(c, text.charAt(++i)));
      } else {
        unicodeEscape(c);
      }
    }
    raw('"');
  }

  /** Hands everything written so far to the stream. */
  public void flush() throws IOException {
    out.write(buffer, 0, filled);
    filled = 0;
  }

  private void scalar(final JsonParser parser, final JsonToken token) throws IOException {
    switch (token) {
      case VALUE_STRING -> string(parser.getText());
      case VALUE_NULL -> ascii("null");
      case VALUE_TRUE -> ascii("true");
      case VALUE_FALSE -> ascii("false");
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> ascii(number(parser.getText()));
      default -> throw new IOException("unexpected JSON token " + token);
    }
  }

  /** A number as JavaScript prints it: every number there is a double. */
  static String number(final String text) {
    if (text.length() <= 16 && text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))) {
      final long value = Long.parseLong(text);
      if (Math.abs(value) <= MAX_SAFE_INTEGER) {
        return Long.toString(value);
      }
    }
    final double value = Double.parseDouble(text);
    if (value == 0) {
      return "0";
    }
    if (Double.isInfinite(value)) {
      return "null";
    }
    final BigDecimal shortest = shortest(Math.abs(value));
    return (value < 0 ? "-" : "") + layOut(shortest);
  }

  /** The fewest digits that read back as the same double; before JDK 19 toString gives more. */
  private static BigDecimal shortest(final double value) {
    final BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < 17; digits++) {
      final BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros();
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }

  /** ECMAScript, Number::toString: plain between 1e-7 and 1e21, with an exponent outside. */
  private static String layOut(final BigDecimal value) {
    final String digits = value.unscaledValue().toString();
    final int exponent = digits.length() - value.scale();
    if (exponent > -6 && exponent <= 21) {
      return value.toPlainString();
    }
    final String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return digits.charAt(0) + fraction + (exponent > 0 ? "e+" : "e-") + Math.abs(exponent - 1);
  }

  private void control(final char c) throws IOException {
    switch (c) {
      case '\b' -> ascii("\\b");
      case '\f' -> ascii("\\f");
      case '\n' -> ascii("\\n");
      case '\r' -> ascii("\\r");
      case '\t' -> ascii("\\t");
      default -> unicodeEscape(c);
    }
  }

  private void unicodeEscape(final char c) throws IOException {
    ascii("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      raw(HEX[(c >> shift) & 0xf]);
    }
  }

  private void twoOrThreeBytes(final char c) throws IOException {
    if (c < 0x800) {
      put((byte) (0xc0 | (c >> 6)));
    } else {
      put((byte) (0xe0 | (c >> 12)));
      put((byte) (0x80 | ((c >> 6) & 0x3f)));
    }
    put((byte) (0x80 | (c & 0x3f)));
  }

  private void fourBytes(final int codePoint) throws IOException {
    put((byte) (0xf0 | (codePoint >> 18)));
    put((byte) (0x80 | ((codePoint >> 12) & 0x3f)));
    put((byte) (0x80 | ((codePoint >> 6) & 0x3f)));
    put((byte) (0x80 | (codePoint & 0x3f)));
  }

  private void ascii(final String text) throws IOException {
    for (final byte b : text.getBytes(StandardCharsets.US_ASCII)) {
      put(b);
    }
  }

  private void put(final byte b) throws IOException {
    if (filled == BUFFER) {
      flush();
    }
    buffer[filled++] = b;
  }
}
