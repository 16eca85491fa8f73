package dev.understudy.shim.source;

import dev.understudy.types.FailureException;
import java.io.IOException;

/**
 * Reading a fetched bundle failed in a way an operator must hear of: {@link #failure} is what to
 * throw on. It is an I/O exception because it comes out of an input stream.
 */
public final class ArchiveReadException extends IOException {
  private final FailureException failure;

  public ArchiveReadException(final FailureException failure) {
    super(failure.getMessage(), failure);
    this.failure = failure;
  }

  public FailureException failure() {
    return failure;
  }
}
