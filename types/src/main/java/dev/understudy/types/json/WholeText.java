package dev.understudy.types.json;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads a text that lies in memory and holds one value and nothing else. */
final class WholeText {
  private WholeText() {}

  @FunctionalInterface
  interface Reading<T> {
    T read(JsonInput in) throws IOException, MalformedJsonException;
  }

  static <T> T decode(
      final byte[] json,
      final JsonSubject subject,
      final JsonLimits limits,
      final Reading<T> reading)
      throws MalformedJsonException {
    if (json.length > limits.maxDocumentBytes()) {
      throw new MalformedJsonException(
          subject.kind(),
          subject.advice(),
          "",
          -1,
          "%d bytes, more than the %d allowed".formatted(json.length, limits.maxDocumentBytes()));
    }
    try (JsonParser parser = limits.factory().createParser(json)) {
      final JsonInput in = new JsonInput(parser, subject, limits);
      try {
        in.startText();
        final T value = reading.read(in);
        in.endText();
        return value;
      } catch (final IOException e) {
        throw in.malformed(e);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException("bytes in memory can't fail to be read", e);
    }
  }
}
