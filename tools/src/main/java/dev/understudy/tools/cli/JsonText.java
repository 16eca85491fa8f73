package dev.understudy.tools.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** A small JSON document as text. */
final class JsonText {
  private JsonText() {}

  /** Writes one document. */
  @FunctionalInterface
  interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  /** On one line. */
  static String of(final Writer writer) {
    return write(writer, false);
  }

  /** Indented, for people too. */
  static String pretty(final Writer writer) {
    return write(writer, true);
  }

  /** A field with a list of strings. */
  static void strings(final JsonGenerator json, final String name, final List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (final String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static String write(final Writer writer, final boolean indented) {
    final StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      if (indented) {
        json.useDefaultPrettyPrinter();
      }
      writer.write(json);
    } catch (final IOException e) {
      throw new UncheckedIOException("memory takes all text", e);
    }
    return text.toString();
  }
}
