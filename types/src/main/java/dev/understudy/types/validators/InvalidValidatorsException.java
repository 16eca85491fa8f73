package dev.understudy.types.validators;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;

/** Validators, given by an app or a genesis file, that CometBFT would refuse. */
public final class InvalidValidatorsException extends FailureException {
  private final Reason reason;

  /** What is wrong with them. */
  public enum Reason {
    DUPLICATE,
    NEGATIVE_POWER,
    POWER_ABOVE_MAXIMUM,
    TOTAL_ABOVE_MAXIMUM,
    REMOVES_UNKNOWN,
    LEAVES_NONE,
    NO_POWER,
    KEY_TYPE_NOT_ALLOWED
  }

  /** Who named the validators, and so who is to be asked. */
  public enum Source {
    GENESIS(FailureKind.CONFIGURATION, "Check that the genesis file is this chain's own."),
    APP(FailureKind.APP, "Check that the app binary is the one for this chain and height.");

    private final FailureKind kind;
    private final String advice;

    Source(final FailureKind kind, final String advice) {
      this.kind = kind;
      this.advice = advice;
    }
  }

  InvalidValidatorsException(final Source source, final Reason reason, final String message) {
    super(source.kind, message, source.advice);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
