package dev.understudy.shim.rpc;

import dev.understudy.types.Bytes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads scalars as Go and cmtjson do, and says what is wrong in their words (libs/json/decoder.go;
 * encoding/json, encoding/hex and encoding/base64 of Go). No state, any thread.
 */
final class GoValues {
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  private static final List<String> LITERALS = List.of("true", "false", "null");

  private GoValues() {}

  /** cmtjson's 64-bit integers: JSON texts that hold a number; empty for null. */
  static OptionalLong integer(final String json, final Argument.Kind kind)
      throws ArgumentException {
    if (json.equals("null")) {
      return OptionalLong.empty();
    }
    if (json.length() < 2 || !json.startsWith("\"") || !json.endsWith("\"")) {
      throw new ArgumentException(
          "invalid 64-bit integer encoding %s, expected string".formatted(quote(json)));
    }
    return OptionalLong.of(plainInteger(json.substring(1, json.length() - 1), kind));
  }

  /** What encoding/json makes of a text for an integer; null leaves it 0. */
  private static long plainInteger(final String text, final Argument.Kind kind)
      throws ArgumentException {
    final String value = requireScalar(text);
    if (value.equals("null")) {
      return 0;
    }
    if (!INTEGER.matcher(value).matches()) {
      final boolean isNumber = NUMBER.matcher(value).matches();
      throw new ArgumentException(
          "json: cannot unmarshal %s into Go value of type %s"
              .formatted(isNumber ? "number " + value : kindOf(value), kind.goName()));
    }
    try {
      // a uint has one bit more, which no argument here makes use of
      final long number = Long.parseLong(value);
      if (kind == Argument.Kind.UINT && number < 0) {
        throw new NumberFormatException(value);
      }
      return number;
    } catch (final NumberFormatException e) {
      throw new ArgumentException(
          "json: cannot unmarshal number %s into Go value of type %s"
              .formatted(value, kind.goName()));
    }
  }

  /** A byte slice: JSON text in base64; null is empty. */
  static Bytes bytes(final String json) throws ArgumentException {
    final String value = requireScalar(json);
    if (value.equals("null")) {
      return Bytes.EMPTY;
    }
    if (!value.startsWith("\"")) {
      throw new ArgumentException(
          "json: cannot unmarshal %s into Go value of type []uint8".formatted(kindOf(value)));
    }
    final String text = unquote(value);
    final int wrong = firstNotBase64(text);
    try {
      if (wrong < 0) {
        return Bytes.wrap(Base64.getDecoder().decode(text));
      }
    } catch (final IllegalArgumentException e) {
      throw new ArgumentException("illegal base64 data at input byte " + text.length());
    }
    throw new ArgumentException("illegal base64 data at input byte " + wrong);
  }

  private static int firstNotBase64(final String text) {
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      final boolean plain =
          (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      final boolean padding = c == '=' && i >= text.length() - 2;
      if (!plain && c != '+' && c != '/' && !padding) {
        return i;
      }
    }
    return text.length() % 4 == 0 ? -1 : text.length() / 4 * 4;
  }

  /** HexBytes: JSON text in hex; null is empty. */
  static Bytes hexBytes(final String json) throws ArgumentException {
    if (json.equals("null")) {
      return Bytes.EMPTY;
    }
    if (json.length() < 2 || !json.startsWith("\"") || !json.endsWith("\"")) {
      throw new ArgumentException("invalid hex string: " + json);
    }
    return hex(json.substring(1, json.length() - 1));
  }

  static Bytes hex(final String text) throws ArgumentException {
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (!HexFormat.isHexDigit(c)) {
        throw new ArgumentException(
            "encoding/hex: invalid byte: %s".formatted("U+%04X '%c'".formatted((int) c, c)));
      }
    }
    if (text.length() % 2 != 0) {
      throw new ArgumentException("encoding/hex: odd length hex string");
    }
    return Bytes.fromHex(text);
  }

  /** The text of a JSON string. */
  static String unquote(final String json) throws ArgumentException {
    try {
      return RawJson.text(json);
    } catch (final MalformedCallException e) {
      throw new ArgumentException(e.reason());
    }
  }

  /** The one JSON scalar that this text is; arrays and objects pass as they are. */
  private static String requireScalar(final String text) throws ArgumentException {
    final String value = text.strip();
    if (value.isEmpty()) {
      throw new ArgumentException("unexpected end of JSON input");
    }
    final char first = value.charAt(0);
    if (first == '"' || first == '[' || first == '{') {
      return value;
    }
    for (final String literal : LITERALS) {
      if (value.startsWith(literal)) {
        return requireEnd(value, literal.length());
      }
    }
    final Matcher number = NUMBER.matcher(value);
    if (number.lookingAt()) {
      return requireEnd(value, number.end());
    }
    if (first == '-') {
      throw value.length() == 1
          ? new ArgumentException("unexpected end of JSON input")
          : new ArgumentException(
              "invalid character %s in numeric literal".formatted(character(value.charAt(1))));
    }
    throw new ArgumentException(
        "invalid character %s looking for beginning of value".formatted(character(first)));
  }

  private static String requireEnd(final String value, final int end) throws ArgumentException {
    final String rest = value.substring(end).stripLeading();
    if (!rest.isEmpty()) {
      throw new ArgumentException(
          "invalid character %s after top-level value".formatted(character(rest.charAt(0))));
    }
    return value;
  }

  private static String kindOf(final String value) {
    return switch (value.charAt(0)) {
      case '"' -> "string";
      case '[' -> "array";
      case '{' -> "object";
      case 't', 'f' -> "bool";
      default -> "number";
    };
  }

  /** encoding/json's quoteChar. */
  private static String character(final char c) {
    if (c == '\'') {
      return "'\\''";
    }
    if (c == '"') {
      return "'\"'";
    }
    final String quoted = quote(String.valueOf(c));
    return "'" + quoted.substring(1, quoted.length() - 1) + "'";
  }

  /** Go's %q, but that all that is not ASCII counts as printable. */
  static String quote(final String text) {
    final StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case 7 -> quoted.append("\\a");
        case '\b' -> quoted.append("\\b");
        case '\f' -> quoted.append("\\f");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case 11 -> quoted.append("\\v");
        default -> {
          if (c < ' ' || c == 0x7f) {
            quoted.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Go's %v of raw JSON texts: their bytes in decimal. */
  static String bytesOf(final List<byte[]> texts) {
    final List<String> all = new ArrayList<>();
    for (final byte[] text : texts) {
      final List<String> numbers = new ArrayList<>();
      for (final byte b : text) {
        numbers.add(Integer.toString(b & 0xff));
      }
      all.add("[" + String.join(" ", numbers) + "]");
    }
    return "[" + String.join(" ", all) + "]";
  }
}
