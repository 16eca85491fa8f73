package dev.understudy.storage.home;

import dev.understudy.types.FailureException;
import dev.understudy.types.Hash;
import java.util.Optional;

/**
 * Remembers, in {@code <home>/understudy/restore.json}, that an app was given chunks of a snapshot:
 * between its first and its last chunk an app is nobody's, and it does not say so itself. There
 * from before the first chunk until the home is sealed. The home's lock is held by the caller.
 *
 * @param height of the snapshot
 * @param blockHash of the block at that height
 */
public record RestoreMark(long height, Hash blockHash) {
  private static final String IF_DAMAGED =
      "A restore was begun here and nobody can say how far it came: empty the home with 'understudy"
          + " reset-all', then run the same command again.";

  /** Empty where no restore was begun, or the last one came to its end. */
  public static Optional<RestoreMark> read(final HomeLayout layout) throws FailureException {
    return RecordFile.read(
            layout.restoreMarkFile(),
            root ->
                root.path("height").canConvertToLong()
                    && root.path("block_hash").asText("").matches("[0-9A-Fa-f]{64}"),
            IF_DAMAGED)
        .map(
            root ->
                new RestoreMark(
                    root.path("height").longValue(),
                    Hash.fromHex(root.path("block_hash").asText())));
  }

  /** Durable when this returns. */
  public void write(final HomeLayout layout) throws FailureException {
    final var root =
        RecordFile.begin().put("height", height).put("block_hash", blockHash.toString());
    RecordFile.write(layout.restoreMarkFile(), root);
  }

  /** The restore has come to its end. */
  public static void remove(final HomeLayout layout) throws FailureException {
    RecordFile.remove(layout.restoreMarkFile());
  }
}
