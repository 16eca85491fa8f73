package dev.understudy.storage.home;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;

/** The disk is not full yet, and nothing failed: what is open can still be closed in order. */
public final class NearlyFullException extends FailureException {
  NearlyFullException(final String message, final String advice) {
    super(FailureKind.DISK, message, advice);
  }
}
