package dev.understudy.storage.home;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code <home>/understudy/databases.json} says: which backend the databases were written
 * with, whether they are sealed, and the height of their last checkpoint.
 */
public record SealRecord(String backend, boolean sealed, OptionalLong checkpoint) {
  private static final String IF_DAMAGED =
      "Use the Understudy that wrote it, or delete it together with the rest of its folder and"
          + " every *.db.unsealed, and start again.";

  /** Empty in a home that Understudy never worked on. */
  public static Optional<SealRecord> read(final HomeLayout layout) throws FailureException {
    return RecordFile.read(
            layout.sealFile(),
            root -> root.path("sealed").isBoolean() && root.path("backend").isTextual(),
            IF_DAMAGED)
        .map(
            root -> {
              final JsonNode checkpoint = root.path("checkpoint");
              return new SealRecord(
                  root.path("backend").textValue(),
                  root.path("sealed").booleanValue(),
                  checkpoint.isIntegralNumber()
                      ? OptionalLong.of(checkpoint.longValue())
                      : OptionalLong.empty());
            });
  }

  /** Durable when this returns. */
  void write(final HomeLayout layout) throws IOException {
    final ObjectNode root = RecordFile.begin().put("backend", backend).put("sealed", sealed);
    checkpoint.ifPresent(height -> root.put("checkpoint", height));
    RecordFile.replace(layout.sealFile(), root);
  }
}
