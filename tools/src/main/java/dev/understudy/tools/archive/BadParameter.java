package dev.understudy.tools.archive;

/** A client sent a parameter that is no such thing; the message is for the client. */
final class BadParameter extends Exception {
  BadParameter(final String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
