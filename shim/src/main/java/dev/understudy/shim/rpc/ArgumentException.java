package dev.understudy.shim.rpc;

/** An argument that can't be read; the message is the one of a node. */
final class ArgumentException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  ArgumentException(final String message) {
    super(message, null, false, false);
    this.reason = message;
  }

  String reason() {
    return reason;
  }
}
