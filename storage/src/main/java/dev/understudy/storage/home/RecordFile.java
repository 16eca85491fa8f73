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
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** The small JSON files in which a home remembers what was done with it. Stateless. */
final class RecordFile {
  /** Stands in every one of them. */
  private static final int FORMAT = 1;

  private static final int MAX_BYTES = 64 << 10;

  private RecordFile() {}

  /**
   * A record as it was written; empty where there is none. Fails with HOME_STATE and this advice
   * where it is not whole, with DISK where it can't be read.
   */
  static Optional<JsonNode> read(
      final Path file, final Predicate<JsonNode> isWhole, final String advice)
      throws FailureException {
    final JsonNode root;
    try (InputStream in = Files.newInputStream(file)) {
      root = new ObjectMapper().readTree(in.readNBytes(MAX_BYTES));
    } catch (final NoSuchFileException e) {
      return Optional.empty();
    } catch (final JacksonException e) {
      throw new FailureException(
          FailureKind.HOME_STATE, cantBeUsed(file, e.getOriginalMessage()), advice, e);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "The record " + file + " can't be read: " + e,
          "Check owner and permissions of the home and the health of the disk.",
          e);
    }
    if (root.path("format").asInt() != FORMAT || !isWhole.test(root)) {
      throw new FailureException(
          FailureKind.HOME_STATE, cantBeUsed(file, "it is not of format " + FORMAT), advice);
    }
    return Optional.of(root);
  }

  /** An empty record, for {@link #replace} or {@link #write}. */
  static ObjectNode begin() {
    return new ObjectMapper().createObjectNode().put("format", FORMAT);
  }

  /** Writes it whole or not at all; durable when this returns. */
  static void replace(final Path file, final ObjectNode root) throws IOException {
    DurableFiles.replace(file, new ObjectMapper().writeValueAsBytes(root));
  }

  /** The same, and fails with DISK. */
  static void write(final Path file, final ObjectNode root) throws FailureException {
    try {
      replace(file, root);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "Could not write " + file + ": " + e,
          "Check free space and permissions of the home, then run the same command again.",
          e);
    }
  }

  /** Deletes it, if it is there; durable when this returns. */
  static void remove(final Path file) throws FailureException {
    try {
      if (Files.deleteIfExists(file)) {
        DurableFiles.forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      }
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "Could not delete " + file + ": " + e,
          "Check permissions of the home, then run the same command again.",
          e);
    }
  }

  private static String cantBeUsed(final Path file, final String why) {
    return "The record " + file + " can't be used: " + why;
  }
}
