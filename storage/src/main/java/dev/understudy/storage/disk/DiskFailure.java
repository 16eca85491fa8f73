package dev.understudy.storage.disk;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;

/** What an operator is told when the disk refuses something that must be done on it. Stateless. */
public final class DiskFailure {
  private DiskFailure() {}

  /**
   * For what the same command can do again.
   *
   * @param what as it goes on after "Could not"
   */
  public static FailureException of(final String what, final IOException why) {
    return new FailureException(
        FailureKind.DISK,
        "Could not " + what + ": " + why,
        "Check free space, permissions and the health of the disk, then run the same command"
            + " again.",
        why);
  }
}
