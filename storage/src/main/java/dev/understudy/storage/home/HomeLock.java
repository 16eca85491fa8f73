package dev.understudy.storage.home;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lets one Understudy at a time work on a home; held from first to last. */
public final class HomeLock implements AutoCloseable {
  private final ExclusiveLock lock;

  private HomeLock(final ExclusiveLock lock) {
    this.lock = lock;
  }

  /** Makes {@code <home>/understudy/} where there is none. */
  public static HomeLock acquire(final HomeLayout layout) throws FailureException {
    final Path file = layout.lockFile();
    try {
      Files.createDirectories(layout.understudyDir());
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "The folder " + layout.understudyDir() + " can't be made: " + e,
          "Check free space, owner and permissions of the home.",
          e);
    }
    return new HomeLock(ExclusiveLock.acquire(file, "The home " + layout.home()));
  }

  /** Closing twice is harmless. */
  @Override
  public void close() {
    lock.close();
  }
}
