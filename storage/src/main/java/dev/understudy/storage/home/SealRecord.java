package dev.understudy.storage.home;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code <home>/understudy/databases.json} says: which backend the databases were written
 * with, whether they are sealed, and the height of their last checkpoint.
 */
public record SealRecord(String backend, boolean sealed, OptionalLong checkpoint) {
  private static final int FORMAT = 1;
  private static final int MAX_BYTES = 64 << 10;

  /** Empty in a home that Understudy never worked on. */
  public static Optional<SealRecord> read(final HomeLayout layout) throws FailureException {
    final Path file = layout.sealFile();
    try (java.io.InputStream in = Files.newInputStream(file)) {
      final JsonNode root = new ObjectMapper().readTree(in.readNBytes(MAX_BYTES));
      if (root.path("format").asInt() != FORMAT
          || !root.path("sealed").isBoolean()
          || !root.path("backend").isTextual()) {
        throw damaged(file, "it is not of format " + FORMAT, null);
      }
      final JsonNode checkpoint = root.path("checkpoint");
      return Optional.of(
          new SealRecord(
              root.path("backend").textValue(),
              root.path("sealed").booleanValue(),
              checkpoint.isIntegralNumber()
                  ? OptionalLong.of(checkpoint.longValue())
                  : OptionalLong.empty()));
    } catch (final NoSuchFileException e) {
      return Optional.empty();
    } catch (final JacksonException e) {
      throw damaged(file, e.getOriginalMessage(), e);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "The record " + file + " can't be read: " + e,
          "Check the disk and the permissions of " + file.getParent() + ".",
          e);
    }
  }

  /** Durable when this returns. */
  void write(final HomeLayout layout) throws IOException {
    final ObjectMapper json = new ObjectMapper();
    final ObjectNode root =
        json.createObjectNode().put("format", FORMAT).put("backend", backend).put("sealed", sealed);
    checkpoint.ifPresent(height -> root.put("checkpoint", height));
    DurableFiles.replace(layout.sealFile(), json.writeValueAsBytes(root));
  }

  private static FailureException damaged(
      final Path file, final String why, final @org.jspecify.annotations.Nullable Exception cause) {
    final String message = "The record " + file + " can't be used: " + why;
    final String advice =
        "Use the Understudy that wrote it, or delete it together with the rest of its folder and"
            + " every *.db.unsealed, and start again.";
    return cause == null
        ? new FailureException(FailureKind.HOME_STATE, message, advice)
        : new FailureException(FailureKind.HOME_STATE, message, advice, cause);
  }
}
