package dev.understudy.shim.rpc;

/** Nothing is wrong with the request, but it can't be answered now. */
final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  BusyException(final String why) {
    super(why, null, false, false);
    this.reason = why;
  }

  String reason() {
    return reason;
  }
}
