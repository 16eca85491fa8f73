package dev.understudy.shim.snapshot;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;

/** Words for a snapshot that does not prove what it claims. */
final class SnapshotRefusal {
  private static final String ADVICE =
      "Nothing of it reached the app. Take another snapshot with --target-height (--list shows what"
          + " there is) or another pool, and report pool and height to the archive's operators.";

  private SnapshotRefusal() {}

  static FailureException of(final long height, final String why) {
    return new FailureException(
        FailureKind.VERIFICATION,
        "the snapshot of height %d is not proven: %s".formatted(height, why),
        ADVICE);
  }

  static void same(final long height, final String what, final Object proven, final Object archived)
      throws FailureException {
    if (!proven.equals(archived)) {
      throw of(height, "its %s is %s, proven is %s".formatted(what, archived, proven));
    }
  }
}
