package dev.understudy.types;

/**
 * A failure told to the operator: the message says what happened, where (height, bundle, file) and
 * why; the advice says what to do next. Subclasses add positions that callers act on.
 */
public class FailureException extends Exception {
  private final FailureKind kind;
  private final String advice;

  public FailureException(final FailureKind kind, final String message, final String advice) {
    super(message);
    this.kind = kind;
    this.advice = advice;
  }

  public FailureException(
      final FailureKind kind, final String message, final String advice, final Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.advice = advice;
  }

  public FailureKind kind() {
    return kind;
  }

  /** What the operator can do about it; one or two sentences. */
  public String advice() {
    return advice;
  }
}
