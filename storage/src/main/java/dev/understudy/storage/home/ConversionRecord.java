package dev.understudy.storage.home;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
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
  private static final String IF_DAMAGED =
      "Look whether the home has databases named *.db.before-convert: those are the originals."
          + " With all four *.db in place this file and every *.db.converting may be deleted.";

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
    return RecordFile.read(
            layout.conversionFile(),
            root -> root.path("from").isTextual() && root.path("to").isTextual(),
            IF_DAMAGED)
        .map(ConversionRecord::of);
  }

  private static ConversionRecord of(final JsonNode root) {
    final Map<DatabaseId, String> originals = new EnumMap<>(DatabaseId.class);
    for (final DatabaseId id : DatabaseId.values()) {
      final JsonNode print = root.path("originals").path(id.id());
      if (print.isTextual()) {
        originals.put(id, print.textValue());
      }
    }
    return new ConversionRecord(
        root.path("from").textValue(),
        root.path("to").textValue(),
        root.path("switching").asBoolean(),
        originals);
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
    final ObjectNode root =
        RecordFile.begin().put("from", from).put("to", to).put("switching", switching);
    final ObjectNode prints = root.putObject("originals");
    originals.forEach((id, print) -> prints.put(id.id(), print));
    RecordFile.replace(layout.conversionFile(), root);
  }
}
