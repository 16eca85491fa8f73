package dev.understudy.storage.home;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far a change of the backend has come: {@code <home>/understudy/convert.json}, there from its
 * beginning to its end.
 *
 * @param switching true once every database is copied and compared: only names change from then on
 * @param originals what the original of each copied database looked like when its copy was begun
 */
record ConversionRecord(
    String from, String to, boolean switching, Map<DatabaseId, String> originals) {
  private static final int FORMAT = 1;
  private static final int MAX_BYTES = 64 << 10;

  ConversionRecord {
    originals = Map.copyOf(originals);
  }

  ConversionRecord withOriginal(final DatabaseId id, final String print) {
    final Map<DatabaseId, String> more = new EnumMap<>(DatabaseId.class);
    more.putAll(originals);
    more.put(id, print);
    return new ConversionRecord(from, to, switching, more);
  }

  ConversionRecord nowSwitching() {
    return new ConversionRecord(from, to, true, originals);
  }

  /** Empty where none is under way. */
  static Optional<ConversionRecord> read(final HomeLayout layout) throws FailureException {
    final Path file = layout.conversionFile();
    try (InputStream in = Files.newInputStream(file)) {
      final JsonNode root = new ObjectMapper().readTree(in.readNBytes(MAX_BYTES));
      if (root.path("format").asInt() != FORMAT
          || !root.path("from").isTextual()
          || !root.path("to").isTextual()) {
        throw damaged(file, "it is not of format " + FORMAT, null);
      }
      final Map<DatabaseId, String> originals = new EnumMap<>(DatabaseId.class);
      for (final DatabaseId id : DatabaseId.values()) {
        final JsonNode print = root.path("originals").path(id.id());
        if (print.isTextual()) {
          originals.put(id, print.textValue());
        }
      }
      return Optional.of(
          new ConversionRecord(
              root.path("from").textValue(),
              root.path("to").textValue(),
              root.path("switching").asBoolean(),
              originals));
    } catch (final NoSuchFileException e) {
      return Optional.empty();
    } catch (final JacksonException e) {
      throw damaged(file, e.getOriginalMessage(), e);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "The record " + file + " can't be read: " + e,
          "Check owner and permissions of the home and the health of the disk.",
          e);
    }
  }

  /**
   * Fails with HOME_STATE where the names of a home's databases are being exchanged: it holds some
   * of one backend and some of another then.
   */
  static void requireNoneSwitching(final HomeLayout layout) throws FailureException {
    final Optional<ConversionRecord> record = read(layout).filter(ConversionRecord::switching);
    if (record.isPresent()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The home %s was interrupted while its databases were exchanged for those in %s"
              .formatted(layout.home(), record.get().to()),
          "Run 'understudy db convert --to %s' on it again: it takes a moment."
              .formatted(record.get().to()));
    }
  }

  /** Durable when this returns. */
  void write(final HomeLayout layout) throws IOException {
    final ObjectMapper json = new ObjectMapper();
    final ObjectNode root =
        json.createObjectNode()
            .put("format", FORMAT)
            .put("from", from)
            .put("to", to)
            .put("switching", switching);
    final ObjectNode prints = root.putObject("originals");
    originals.forEach((id, print) -> prints.put(id.id(), print));
    DurableFiles.replace(layout.conversionFile(), json.writeValueAsBytes(root));
  }

  private static FailureException damaged(
      final Path file, final String why, final @org.jspecify.annotations.Nullable Exception cause) {
    final String message = "The record " + file + " can't be used: " + why;
    final String advice =
        "Look whether the home has databases named *.db.before-convert: those are the originals."
            + " With all four *.db in place this file and every *.db.converting may be deleted.";
    return cause == null
        ? new FailureException(FailureKind.HOME_STATE, message, advice)
        : new FailureException(FailureKind.HOME_STATE, message, advice, cause);
  }
}
