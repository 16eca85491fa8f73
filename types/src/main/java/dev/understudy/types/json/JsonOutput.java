package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.understudy.types.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/**
 * The scalars and shapes of cmtjson (CometBFT libs/json): 64-bit numbers as text, hashes in hex,
 * bytes in base64, empty bytes as null.
 */
final class JsonOutput {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  final JsonGenerator out;

  private JsonOutput(final JsonGenerator out) {
    this.out = out;
  }

  interface Content {
    void write(JsonOutput json) throws IOException;
  }

  /** Leaves the stream open. */
  static void write(final OutputStream target, final Content content) throws IOException {
    try (JsonGenerator out = FACTORY.createGenerator(target)) {
      content.write(new JsonOutput(out));
    }
  }

  interface Fields {
    void write() throws IOException;
  }

  void object(final Fields fields) throws IOException {
    out.writeStartObject();
    fields.write();
    out.writeEndObject();
  }

  void object(final String name, final Fields fields) throws IOException {
    out.writeFieldName(name);
    object(fields);
  }

  interface Element<T> {
    void write(T element) throws IOException;
  }

  <T> void array(final String name, final List<T> list, final Element<T> element)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (final T item : list) {
      element.write(item);
    }
    out.writeEndArray();
  }

  <T> void arrayOrNull(final String name, final List<T> list, final Element<T> element)
      throws IOException {
    if (list.isEmpty()) {
      out.writeNullField(name);
    } else {
      array(name, list, element);
    }
  }

  /** Hex, and numbers of 64 bits. */
  void field(final String name, final Object value) throws IOException {
    out.writeStringField(name, value.toString());
  }

  void bytes(final String name, final Bytes value) throws IOException {
    if (value.isEmpty()) {
      out.writeNullField(name);
    } else {
      out.writeBinaryField(name, value.array());
    }
  }

  /** RFC3339Nano has no zeros at the fraction's end. */
  void time(final String name, final Instant value) throws IOException {
    field(name, value.toString().replaceAll("(\\.\\d*?)0+Z$", "$1Z"));
  }
}
