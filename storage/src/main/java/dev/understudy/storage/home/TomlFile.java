package dev.understudy.storage.home;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A TOML file read whole; keys are dotted paths. As lenient as the node's own reader: a number or a
 * truth value may stand in quotes.
 */
final class TomlFile {
  private static final int MAX_BYTES = 1 << 20;

  private final Path file;
  private final JsonNode root;

  private TomlFile(final Path file, final JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static TomlFile read(final Path file) throws FailureException {
    try (InputStream in = Files.newInputStream(file)) {
      final byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw failure(file + " is larger than " + MAX_BYTES + " bytes");
      }
      return new TomlFile(file, new TomlMapper().readTree(bytes));
    } catch (final NoSuchFileException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "There is no " + file,
          "Check --home; a new home is made by the node's own init command.",
          e);
    } catch (final JacksonException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          file
              + " is not valid TOML at line "
              + Optional.ofNullable(e.getLocation()).map(l -> l.getLineNr()).orElse(0)
              + ": "
              + e.getOriginalMessage(),
          "Correct the file; the node would refuse it too.",
          e);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          file + " can't be read: " + e,
          "Check owner and permissions of the home.",
          e);
    }
  }

  boolean has(final String key) throws FailureException {
    return !at(key).isMissingNode();
  }

  String string(final String key, final String preset) throws FailureException {
    final JsonNode node = at(key);
    if (node.isMissingNode()) {
      return preset;
    }
    if (!node.isTextual()) {
      throw nonsense(key, "a string", Optional.of(node.toString()));
    }
    return node.textValue();
  }

  String oneOf(final String key, final String preset, final Set<String> allowed)
      throws FailureException {
    final String value = string(key, preset);
    if (!allowed.contains(value)) {
      throw nonsense(key, "one of " + new TreeSet<>(allowed), Optional.of(value));
    }
    return value;
  }

  boolean bool(final String key, final boolean preset) throws FailureException {
    final JsonNode node = at(key);
    if (node.isMissingNode()) {
      return preset;
    }
    final String text = node.asText().toLowerCase(Locale.ROOT);
    if (!text.equals("true") && !text.equals("false")) {
      throw nonsense(key, "true or false", Optional.of(node.toString()));
    }
    return text.equals("true");
  }

  long nonNegative(final String key, final long preset) throws FailureException {
    final JsonNode node = at(key);
    if (node.isMissingNode()) {
      return preset;
    }
    try {
      final long value = Long.parseLong(node.asText());
      if (value >= 0) {
        return value;
      }
    } catch (final NumberFormatException e) {
      throw nonsense(key, "a whole number from 0", Optional.of(node.toString()));
    }
    throw nonsense(key, "a whole number from 0", Optional.of(node.toString()));
  }

  FailureException nonsense(final String key, final String expected, final Optional<String> found) {
    return failure(
        file + ": " + key + " must be " + expected + ", but is " + found.orElse("missing"));
  }

  private JsonNode at(final String key) throws FailureException {
    JsonNode node = root;
    for (final String name : key.split("\\.", -1)) {
      if (!node.isObject()) {
        throw nonsense(key, "inside of a section", Optional.of(node.toString()));
      }
      node = node.path(name);
      if (node.isMissingNode()) {
        return node;
      }
    }
    return node;
  }

  private static FailureException failure(final String message) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        message,
        "Correct config.toml, then run the same command again.");
  }
}
