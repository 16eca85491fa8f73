package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.understudy.types.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes JSON as a node does (CometBFT libs/json at v0.38.25): numbers of 64 bits as text, hashes
 * and addresses in upper-case hex, other bytes in base64, times in RFC 3339 without zeros at the
 * fraction's end, Go's escapes, no spaces. Each method with a name writes a member of the object
 * that is open. For one thread; never closes the stream.
 */
public final class JsonOutput implements AutoCloseable {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .build();
  private static final GoEscapes ESCAPES = new GoEscapes();
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final OutputStream stream;
  private final JsonGenerator out;

  /** What is inside of an object, or a value that takes a name's place. */
  @FunctionalInterface
  public interface Content {
    void write() throws IOException;
  }

  /** Writes one element as a value. */
  @FunctionalInterface
  public interface Element<T> {
    void write(T element) throws IOException;
  }

  /** Writes the text of a whole value. */
  @FunctionalInterface
  public interface RawText {
    void write(OutputStream stream) throws IOException;
  }

  public JsonOutput(final OutputStream stream) throws IOException {
    this.stream = stream;
    this.out = FACTORY.createGenerator(stream);
    out.setCharacterEscapes(ESCAPES);
  }

  public void object(final Content content) throws IOException {
    out.writeStartObject();
    content.write();
    out.writeEndObject();
  }

  /** A member that is an object. */
  public void object(final String name, final Content content) throws IOException {
    out.writeFieldName(name);
    object(content);
  }

  /** A member whose value the content writes as a whole. */
  public void member(final String name, final Content value) throws IOException {
    out.writeFieldName(name);
    value.write();
  }

  public <T> void array(final List<T> list, final Element<? super T> element) throws IOException {
    out.writeStartArray();
    for (final T item : list) {
      element.write(item);
    }
    out.writeEndArray();
  }

  public <T> void array(final String name, final List<T> list, final Element<? super T> element)
      throws IOException {
    out.writeFieldName(name);
    array(list, element);
  }

  /** As a nil slice: an empty list is null. */
  public <T> void arrayOrNull(
      final String name, final List<T> list, final Element<? super T> element) throws IOException {
    if (list.isEmpty()) {
      out.writeNullField(name);
    } else {
      array(name, list, element);
    }
  }

  /** Go's int, int64 and time.Duration. */
  public void int64(final String name, final long value) throws IOException {
    out.writeStringField(name, Long.toString(value));
  }

  public void uint64(final String name, final long value) throws IOException {
    out.writeStringField(name, Long.toUnsignedString(value));
  }

  /** Left out when 0, as {@code omitempty} says. */
  public void int64OrNothing(final String name, final long value) throws IOException {
    if (value != 0) {
      int64(name, value);
    }
  }

  public void uint64OrNothing(final String name, final long value) throws IOException {
    if (value != 0) {
      uint64(name, value);
    }
  }

  /** Numbers of at most 32 bits. */
  public void number(final String name, final long value) throws IOException {
    out.writeNumberField(name, value);
  }

  public void bool(final String name, final boolean value) throws IOException {
    out.writeBooleanField(name, value);
  }

  public void text(final String name, final String value) throws IOException {
    out.writeStringField(name, value);
  }

  public void text(final String value) throws IOException {
    out.writeString(value);
  }

  /** Bytes that a node holds as text; what is not UTF-8 in them becomes U+FFFD. */
  public void utf8(final String name, final Bytes value) throws IOException {
    out.writeStringField(name, new String(value.array(), StandardCharsets.UTF_8));
  }

  /** HexBytes; empty ones are an empty text. */
  public void hex(final String name, final byte[] value) throws IOException {
    out.writeStringField(name, HEX.formatHex(value));
  }

  public void base64(final Bytes value) throws IOException {
    out.writeBinary(value.array());
  }

  public void base64(final String name, final Bytes value) throws IOException {
    out.writeBinaryField(name, value.array());
  }

  /** As a nil slice: empty bytes are null. */
  public void base64OrNull(final String name, final Bytes value) throws IOException {
    if (value.isEmpty()) {
      out.writeNullField(name);
    } else {
      base64(name, value);
    }
  }

  public void time(final String name, final Instant value) throws IOException {
    out.writeStringField(name, Rfc3339.format(value));
  }

  public void nothing(final String name) throws IOException {
    out.writeNullField(name);
  }

  public void nothing() throws IOException {
    out.writeNull();
  }

  /** A value whose text comes from somebody else, who answers for its form. */
  public void raw(final RawText text) throws IOException {
    out.writeRawValue("");
    out.flush();
    text.write(stream);
  }

  /** Hands on to the stream what is written so far. */
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
