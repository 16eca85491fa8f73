package dev.understudy.storage.home;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The last thing that a validator signed, from {@code priv_validator_state.json}. There is no way
 * to write it here: a lowered sign state makes a validator sign twice.
 */
public record SignState(long height, int round, int step) {
  private static final int MAX_BYTES = 64 << 10;

  /** Empty where there is no such file. */
  public static Optional<SignState> read(final Path file) throws FailureException {
    try (InputStream in = Files.newInputStream(file)) {
      final byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw damaged(file, "it is larger than " + MAX_BYTES + " bytes", null);
      }
      final JsonNode root = new ObjectMapper().readTree(bytes);
      return Optional.of(
          new SignState(
              number(file, root, "height", Long.MAX_VALUE),
              (int) number(file, root, "round", Integer.MAX_VALUE),
              (int) number(file, root, "step", Byte.MAX_VALUE)));
    } catch (final NoSuchFileException e) {
      return Optional.empty();
    } catch (final JacksonException e) {
      throw damaged(file, e.getOriginalMessage(), e);
    } catch (final IOException e) {
      throw damaged(file, e.toString(), e);
    }
  }

  /** CometBFT writes the height as a string and the others as numbers, and leaves out no field. */
  private static long number(
      final Path file, final JsonNode root, final String field, final long max)
      throws FailureException {
    final String text = root.path(field).asText();
    try {
      final long value = Long.parseLong(text);
      if (value >= 0 && value <= max) {
        return value;
      }
    } catch (final NumberFormatException e) {
      throw damaged(file, "its " + field + " is '" + text + "'", e);
    }
    throw damaged(file, "its " + field + " is '" + text + "'", null);
  }

  private static FailureException damaged(
      final Path file, final String why, final @org.jspecify.annotations.Nullable Exception cause) {
    final String message = "The sign state " + file + " can't be read: " + why;
    final String advice =
        "Do not start the real node with it on a validator; restore the file, never lower it.";
    return cause == null
        ? new FailureException(FailureKind.HOME_STATE, message, advice)
        : new FailureException(FailureKind.HOME_STATE, message, advice, cause);
  }
}
