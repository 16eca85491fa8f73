package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.types.Address;
import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A parser that knows Go's forms of values and tells where it stood when one is wrong. Each {@code
 * read…} takes the value at the current token and leaves the parser on that value's last token. One
 * thread.
 */
final class JsonInput {
  /** What an element of a list costs at least once it is an object of ours. */
  private static final int ELEMENT_COST = 32;

  private final JsonParser parser;
  private final JsonFaults faults;
  private final JsonLimits limits;
  private long room;

  JsonInput(final JsonParser parser, final JsonSubject subject, final JsonLimits limits) {
    this.parser = parser;
    this.faults = new JsonFaults(parser, subject);
    this.limits = limits;
    this.room = limits.maxItemBytes();
  }

  JsonParser parser() {
    return parser;
  }

  /** From here on a new item fills the memory that the limits allow for one. */
  void startItem() {
    room = limits.maxItemBytes();
  }

  /** Steps onto the first token, which must be there. */
  void startText() throws IOException, MalformedJsonException {
    if (parser.nextToken() == null) {
      throw fail("expected a JSON text, found nothing");
    }
  }

  void endText() throws IOException, MalformedJsonException {
    if (parser.nextToken() != null) {
      throw fail("expected the end, found more");
    }
  }

  boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  boolean isNumber() {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
  }

  boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  void requireObject() throws MalformedJsonException {
    if (!isObject()) {
      throw expected("an object");
    }
  }

  /** True for an object, false for null. */
  boolean isObjectNotNull() throws MalformedJsonException {
    if (isNull()) {
      return false;
    }
    requireObject();
    return true;
  }

  /** The next field's name, with the parser on its value; null at the object's end. */
  @Nullable String nextField() throws IOException, MalformedJsonException {
    final String name = parser.nextFieldName();
    if (name != null) {
      parser.nextToken();
    } else if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw expected("a field");
    }
    return name;
  }

  boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  /** True for an array, false for null, which is Go's form of an empty list. */
  boolean isArrayNotNull() throws MalformedJsonException {
    if (isNull()) {
      return false;
    }
    if (!isArray()) {
      throw expected("an array");
    }
    return true;
  }

  boolean nextElement() throws IOException, MalformedJsonException {
    final JsonToken token = parser.nextToken();
    if (token == JsonToken.END_ARRAY) {
      return false;
    }
    if (token == null) {
      throw expected("an element");
    }
    take(ELEMENT_COST);
    return true;
  }

  void skip() throws IOException {
    parser.skipChildren();
  }

  String readText() throws IOException, MalformedJsonException {
    requireText("a string");
    take(parser.getTextLength());
    return parser.getText();
  }

  /** Null reads as empty, as in Go. */
  String readTextOrNull() throws IOException, MalformedJsonException {
    return isNull() ? "" : readText();
  }

  /** A 64-bit integer: a string in cmtjson, a plain number where other programs wrote it. */
  long readLong() throws IOException, MalformedJsonException {
    if (isNumber()) {
      return parser.getLongValue();
    }
    requireText("a 64-bit integer in a string");
    final char[] text = parser.getTextCharacters();
    final int offset = parser.getTextOffset();
    final int length = parser.getTextLength();
    final boolean negative = length > 0 && text[offset] == '-';
    final int first = negative ? 1 : 0;
    if (length == first || length - first > 19) {
      throw expected("a 64-bit integer in a string");
    }
    long value = 0; // kept negative, so that the smallest number fits too
    for (int i = first; i < length; i++) {
      final int digit = text[offset + i] - '0';
      if (digit < 0 || digit > 9) {
        throw expected("a 64-bit integer in a string");
      }
      value = value * 10 - digit;
      if (value > 0) {
        throw expected("a 64-bit integer in a string");
      }
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw expected("a 64-bit integer in a string");
    }
    return negative ? value : -value;
  }

  /** An unsigned 64-bit integer, its upper half as negative longs. */
  long readUnsignedLong() throws IOException, MalformedJsonException {
    if (!isNumber() && !isText()) {
      throw expected("an unsigned 64-bit integer in a string");
    }
    if (parser.getTextLength() < 19) {
      final long value = readLong();
      if (value < 0) {
        throw expected("an unsigned 64-bit integer in a string");
      }
      return value;
    }
    try {
      return Long.parseUnsignedLong(parser.getText());
    } catch (final NumberFormatException e) {
      throw expected("an unsigned 64-bit integer in a string");
    }
  }

  int readInt() throws IOException, MalformedJsonException {
    final long value = readLong();
    if (value != (int) value) {
      throw expected("a 32-bit integer");
    }
    return (int) value;
  }

  /** A count or index that can't be below zero. */
  int readNatural() throws IOException, MalformedJsonException {
    final int value = readInt();
    if (value < 0) {
      throw expected("a 32-bit integer that is not negative");
    }
    return value;
  }

  /** An unsigned 32-bit integer, its upper half as negative ints. */
  int readUnsignedInt() throws IOException, MalformedJsonException {
    final long value = readLong();
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw expected("an unsigned 32-bit integer");
    }
    return (int) value;
  }

  boolean readBoolean() throws MalformedJsonException {
    final JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw expected("true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  Bytes readBase64() throws IOException, MalformedJsonException {
    if (isNull()) {
      return Bytes.EMPTY;
    }
    requireText("base64 in a string");
    final char[] text = parser.getTextCharacters();
    take(parser.getTextLength());
    try {
      return Bytes.wrap(TextBytes.base64(text, parser.getTextOffset(), parser.getTextLength()));
    } catch (final IllegalArgumentException e) {
      throw expected(e);
    }
  }

  /** Decodes into a stream piece by piece, whatever the length; returns how many bytes. */
  long readBase64(final OutputStream sink, final long limit)
      throws IOException, MalformedJsonException {
    if (!isText()) {
      throw expected("base64 in a string");
    }
    final CountedStream counted = new CountedStream(sink, limit);
    try {
      parser.readBinaryValue(counted);
    } catch (final CountedStream.Full e) {
      throw fail("more than the %d bytes allowed".formatted(limit));
    } catch (final IllegalArgumentException e) {
      // what the parser says to a wrong character in the middle of a long text
      throw fail("no base64: " + e.getMessage());
    }
    return counted.count();
  }

  Bytes readHex() throws IOException, MalformedJsonException {
    return Bytes.wrap(hex());
  }

  Hash readHash() throws IOException, MalformedJsonException {
    final byte[] bytes = hex();
    if (bytes.length != 0 && bytes.length != Hash.SIZE) {
      throw expected("a hash of 64 hex digits, or none");
    }
    return Hash.wrap(bytes);
  }

  Address readAddress() throws IOException, MalformedJsonException {
    final byte[] bytes = hex();
    if (bytes.length != 0 && bytes.length != Address.SIZE) {
      throw expected("an address of 40 hex digits, or none");
    }
    return Address.wrap(bytes);
  }

  private byte[] hex() throws IOException, MalformedJsonException {
    if (isNull()) {
      return new byte[0];
    }
    requireText("hex in a string");
    final char[] text = parser.getTextCharacters();
    take(parser.getTextLength());
    try {
      return TextBytes.hex(text, parser.getTextOffset(), parser.getTextLength());
    } catch (final IllegalArgumentException e) {
      throw expected(e);
    }
  }

  Instant readTime() throws IOException, MalformedJsonException {
    requireText("a time in a string");
    final char[] text = parser.getTextCharacters();
    try {
      return Rfc3339.parse(text, parser.getTextOffset(), parser.getTextLength());
    } catch (final IllegalArgumentException e) {
      throw expected(e);
    }
  }

  /** Go's durations are nanoseconds. */
  Duration readDuration() throws IOException, MalformedJsonException {
    return Duration.ofNanos(readLong());
  }

  private void requireText(final String what) throws IOException, MalformedJsonException {
    if (!isText()) {
      throw expected(what);
    }
    // the parser looks only when its buffer grows, which it keeps from one text to the next
    parser.streamReadConstraints().validateStringLength(parser.getTextLength());
  }

  private void take(final int bytes) throws MalformedJsonException {
    room -= bytes;
    if (room < 0) {
      throw fail("one item holds more than the %d bytes allowed".formatted(limits.maxItemBytes()));
    }
  }

  private MalformedJsonException expected(final IllegalArgumentException e) {
    return expected(e.getMessage() == null ? "another value" : e.getMessage());
  }

  /** What is there is not what belongs there. */
  MalformedJsonException expected(final String what) {
    return faults.expected(what);
  }

  /** A field that has to be in the object just read is not there. */
  MalformedJsonException missing(final String field) {
    return faults.here("field \"%s\" is missing".formatted(field));
  }

  MalformedJsonException fail(final String problem) {
    return faults.here(problem);
  }

  /** A rule about the whole is broken; the place is a path without an offset. */
  MalformedJsonException broken(final String path, final String problem) {
    return faults.at(path, problem);
  }

  /** See {@link JsonFaults#ofReader}. */
  MalformedJsonException malformed(final IOException failure) throws IOException {
    return faults.ofReader(failure);
  }
}
