package dev.understudy.types.json;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;

/**
 * A JSON text that is broken, or is not what it should be: says where, what was expected, what
 * came.
 */
public final class MalformedJsonException extends FailureException {
  private static final int LONGEST_PLACE = 200;

  private final String path;
  private final long byteOffset;

  MalformedJsonException(
      final FailureKind kind,
      final String advice,
      final String path,
      final long byteOffset,
      final String problem) {
    super(kind, message(path, byteOffset, problem), advice);
    this.path = path;
    this.byteOffset = byteOffset;
  }

  MalformedJsonException(
      final FailureKind kind,
      final String advice,
      final String path,
      final long byteOffset,
      final String problem,
      final Throwable cause) {
    super(kind, message(path, byteOffset, problem), advice, cause);
    this.path = path;
    this.byteOffset = byteOffset;
  }

  private static String message(final String path, final long byteOffset, final String problem) {
    final String place = path.isEmpty() ? "the top of the JSON text" : shortened(path);
    return byteOffset < 0
        ? "at %s: %s".formatted(place, problem)
        : "at %s (byte %d): %s".formatted(place, byteOffset, problem);
  }

  /** Nesting of absurd depth would fill screens. */
  private static String shortened(final String path) {
    return path.length() <= LONGEST_PLACE ? path : path.substring(0, LONGEST_PLACE) + "…";
  }

  /** The place in the document as a JSON pointer, such as {@code /12/value/header/height}. */
  public String path() {
    return path;
  }

  /**
   * Where in the (decompressed) text the reader stood, or -1 where a rule was broken as a whole.
   */
  public long byteOffset() {
    return byteOffset;
  }
}
