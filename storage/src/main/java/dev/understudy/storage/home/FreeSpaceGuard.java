package dev.understudy.storage.home;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Stops the work in order while there is still room. leveldbjni writes through memory maps, so a
 * full disk would end the process with SIGBUS instead of an error. One system call a question; safe
 * for every thread.
 */
public final class FreeSpaceGuard {

  /** Asks how many bytes this user can still write. */
  @FunctionalInterface
  public interface UsableBytes {
    long ask() throws IOException;
  }

  private final Path place;
  private final long reserveBytes;
  private final UsableBytes usable;

  /** {@code reserveBytes} must cover what closing and sealing write. */
  public FreeSpaceGuard(final Path place, final long reserveBytes, final UsableBytes usable) {
    this.place = place;
    this.reserveBytes = reserveBytes;
    this.usable = usable;
  }

  /** Finding the file store reads the table of mounts, so it is found once. */
  public static FreeSpaceGuard of(final Path place, final long reserveBytes) {
    return new FreeSpaceGuard(
        place,
        reserveBytes,
        new UsableBytes() {
          private volatile @Nullable FileStore store;

          @Override
          public long ask() throws IOException {
            FileStore found = store;
            if (found == null) {
              found = Files.getFileStore(place);
              store = found;
            }
            return found.getUsableSpace();
          }
        });
  }

  /** Whether so many bytes can be written, the reserve included. */
  public boolean hasRoomFor(final long bytes) throws FailureException {
    return free() >= bytes;
  }

  private long free() throws FailureException {
    try {
      return usable.ask();
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "The free space at " + place + " can't be asked: " + e,
          "Check that the disk is mounted and healthy.",
          e);
    }
  }

  /**
   * Fails with {@link NearlyFullException} when, after writing so many bytes more, less than the
   * reserve was left.
   */
  public void requireRoomFor(final long bytes) throws FailureException {
    final long free = free();
    if (free - bytes < reserveBytes) {
      throw new NearlyFullException(
          "The disk at "
              + place
              + " is nearly full: "
              + free
              + " bytes free, "
              + bytes
              + " to write and "
              + reserveBytes
              + " kept in reserve",
          "Make room, then run the same command again: it goes on where it stopped.");
    }
  }
}
