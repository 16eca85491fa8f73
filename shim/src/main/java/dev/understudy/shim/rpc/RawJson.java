package dev.understudy.shim.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes JSON apart one level at a time, the parts staying the bytes that they came as (Go's
 * RawMessage): how a number was written counts in what a node says of it. Depth is bounded; the
 * caller bounds the length. No state, any thread.
 */
final class RawJson {
  private static final int MAX_DEPTH = 100;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private RawJson() {}

  private interface Reading<T> {
    T read(JsonParser parser) throws IOException, MalformedCallException;
  }

  /** What the first token says of the value; END_OBJECT and the like never. */
  static JsonToken kind(final byte[] json) throws MalformedCallException {
    return whole(
        json,
        parser -> {
          final JsonToken first = parser.currentToken();
          parser.skipChildren();
          parser.finishToken();
          return first;
        });
  }

  /** The members of an object; the last of equal names counts. */
  static Map<String, byte[]> members(final byte[] json) throws MalformedCallException {
    return whole(
        json,
        parser -> {
          final Map<String, byte[]> members = new LinkedHashMap<>();
          for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            members.put(name, raw(parser, json));
          }
          return members;
        });
  }

  static List<byte[]> elements(final byte[] json) throws MalformedCallException {
    return whole(
        json,
        parser -> {
          final List<byte[]> elements = new ArrayList<>();
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(raw(parser, json));
          }
          return elements;
        });
  }

  /** The text of a string. */
  static String text(final String json) throws MalformedCallException {
    return whole(json.getBytes(StandardCharsets.UTF_8), JsonParser::getText);
  }

  private static byte[] raw(final JsonParser parser, final byte[] json) throws IOException {
    final int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int end = (int) parser.currentLocation().getByteOffset();
    // behind a number the parser may have looked one character further
    while (end > start && isSpace(json[end - 1])) {
      end--;
    }
    return Arrays.copyOfRange(json, start, end);
  }

  private static boolean isSpace(final byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  private static <T> T whole(final byte[] json, final Reading<T> reading)
      throws MalformedCallException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() == null) {
        throw new MalformedCallException("unexpected end of JSON input");
      }
      final T value = reading.read(parser);
      if (parser.nextToken() != null) {
        throw new MalformedCallException("there is more after top-level value");
      }
      return value;
    } catch (final JsonEOFException e) {
      throw new MalformedCallException("unexpected end of JSON input");
    } catch (final JsonProcessingException e) {
      throw new MalformedCallException(
          "invalid JSON at byte %d: %s"
              .formatted(e.getLocation().getByteOffset(), e.getOriginalMessage()));
    } catch (final IOException e) {
      throw new UncheckedIOException("bytes in memory can't fail to be read", e);
    }
  }
}
