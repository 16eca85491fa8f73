package dev.understudy.types.wire;

/** Bytes that are no message of the kind expected, or hold a value that can't be. */
public final class MalformedWireException extends Exception {
  public MalformedWireException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
