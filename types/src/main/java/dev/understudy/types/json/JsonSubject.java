package dev.understudy.types.json;

import dev.understudy.types.FailureKind;

/** What a text is meant to be, which decides what sort of failure a fault in it is. */
enum JsonSubject {
  ARCHIVE(
      FailureKind.VERIFICATION,
      "This archived data can't be used. Fetch it again, from another gateway or mirror if there"
          + " is one."),
  GENESIS(
      FailureKind.CONFIGURATION,
      "Get the chain's genesis file again from its own published source, and put it in the"
          + " node's home.");

  private final FailureKind kind;
  private final String advice;

  JsonSubject(final FailureKind kind, final String advice) {
    this.kind = kind;
    this.advice = advice;
  }

  FailureKind kind() {
    return kind;
  }

  String advice() {
    return advice;
  }
}
