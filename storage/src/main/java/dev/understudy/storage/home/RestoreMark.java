package dev.understudy.storage.home;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
  private static final int FORMAT = 1;
  private static final int MAX_BYTES = 64 << 10;

  /** Empty where no restore was begun, or the last one came to its end. */
  public static Optional<RestoreMark> read(final HomeLayout layout) throws FailureException {
    try (InputStream in = Files.newInputStream(layout.restoreMarkFile())) {
      final JsonNode root = new ObjectMapper().readTree(in.readNBytes(MAX_BYTES));
      final String hash = root.path("block_hash").asText("");
      if (root.path("format").asInt() != FORMAT
          || !root.path("height").canConvertToLong()
          || !hash.matches("[0-9A-Fa-f]{64}")) {
        throw damaged(layout, "it is not of format " + FORMAT);
      }
      return Optional.of(new RestoreMark(root.path("height").longValue(), Hash.fromHex(hash)));
    } catch (final NoSuchFileException e) {
      return Optional.empty();
    } catch (final JacksonException e) {
      throw damaged(layout, e.getOriginalMessage());
    } catch (final IOException e) {
      throw damaged(layout, e.toString());
    }
  }

  /** Durable when this returns. */
  public void write(final HomeLayout layout) throws FailureException {
    final ObjectMapper json = new ObjectMapper();
    final var root =
        json.createObjectNode()
            .put("format", FORMAT)
            .put("height", height)
            .put("block_hash", blockHash.toString());
    try {
      DurableFiles.replace(layout.restoreMarkFile(), json.writeValueAsBytes(root));
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "Could not write " + layout.restoreMarkFile() + ": " + e,
          "Check free space and permissions of the home, then run the same command again.",
          e);
    }
  }

  /** The restore has come to its end. */
  public static void remove(final HomeLayout layout) throws FailureException {
    try {
      if (Files.deleteIfExists(layout.restoreMarkFile())) {
        DurableFiles.forceDirectory(layout.understudyDir());
      }
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "Could not delete " + layout.restoreMarkFile() + ": " + e,
          "Check permissions of the home, then run the same command again.",
          e);
    }
  }

  private static FailureException damaged(final HomeLayout layout, final String why) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "The record " + layout.restoreMarkFile() + " can't be used: " + why,
        "A restore was begun here and nobody can say how far it came: empty the home with"
            + " 'understudy reset-all', then run the same command again.");
  }
}
