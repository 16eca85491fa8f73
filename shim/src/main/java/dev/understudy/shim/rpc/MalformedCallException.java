package dev.understudy.shim.rpc;

/** A body or a part of it that is not the JSON that it should be. */
final class MalformedCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  MalformedCallException(final String message) {
    super(message, null, false, false);
    this.reason = message;
  }

  String reason() {
    return reason;
  }
}
