package dev.understudy.types;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads files of test vectors: a list of cases, each a JSON object. */
public final class Vectors {
  private final Map<String, Object> fields;

  private Vectors(final Map<String, Object> fields) {
    this.fields = fields;
  }

  public static List<Vectors> cometbft038(final String file) {
    return read("cometbft-0.38/" + file);
  }

  /** What CometBFT 0.40 says of the kinds of keys that came after 0.38. */
  public static List<Vectors> laterKeys() {
    return read("keys/signatures.json");
  }

  private static List<Vectors> read(final String file) {
    try (InputStream in =
            Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file), file);
        JsonParser parser = new JsonFactory().createParser(in)) {
      parser.nextToken();
      return list(value(parser)).stream().map(Vectors::of).toList();
    } catch (final IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  public boolean has(final String name) {
    return fields.containsKey(name);
  }

  public String text(final String name) {
    return (String) get(name);
  }

  public long number(final String name) {
    return (Long) get(name);
  }

  public boolean flag(final String name) {
    return (Boolean) get(name);
  }

  public byte[] bytes(final String name) {
    return Bytes.fromHex(text(name)).array();
  }

  public Vectors object(final String name) {
    return of(get(name));
  }

  /** Empty where the field is missing, as Go leaves out empty lists. */
  public List<Vectors> objects(final String name) {
    return has(name) ? list(get(name)).stream().map(Vectors::of).toList() : List.of();
  }

  public List<String> texts(final String name) {
    return has(name) ? list(get(name)).stream().map(String.class::cast).toList() : List.of();
  }

  @Override
  public String toString() {
    return has("name") ? text("name") : fields.toString();
  }

  private Object get(final String name) {
    return Objects.requireNonNull(fields.get(name), name);
  }

  @SuppressWarnings("unchecked")
  private static Vectors of(final Object fields) {
    return new Vectors((Map<String, Object>) fields);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(final Object list) {
    return (List<Object>) list;
  }

  private static Object value(final JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        final Map<String, Object> object = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          final String name = parser.currentName();
          parser.nextToken();
          object.put(name, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        final List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw new IOException("unexpected " + parser.currentToken());
    };
  }
}
