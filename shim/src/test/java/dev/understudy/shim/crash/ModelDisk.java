package dev.understudy.shim.crash;

import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.journal.BootId;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.storage.kv.KvStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a machine has under a run: databases that keep unsynced batches apart, and the journal's
 * files. It goes off at a chosen moment; from then on nothing reaches it and nothing is read.
 * {@link #restartProcess} is then what a kill leaves, {@link #restartMachine} what a power cut
 * does.
 *
 * <p>A database is known by a file in its directory, so that it follows renames; these and small
 * files that are replaced whole are the real disk's.
 */
final class ModelDisk implements StoreFactory, FailPoints {
  private static final String NAME_FILE = "model";

  private final Map<String, ModelDatabase> databases = new HashMap<>();
  private final ModelFiles files = new ModelFiles(this);
  private BootId boot = new BootId(UUID.randomUUID());
  private boolean off;
  private @Nullable FailPoint offAt;
  private @Nullable FailPoint wentOffAt;
  private int pointsLeft;
  private @Nullable FailPoint behind;
  private int behindLeft;
  private @Nullable FailPoint held;
  private @Nullable FailPoint heldUntil;
  private int heldFor;
  private long bytesLeft = Long.MAX_VALUE;

  /** Goes off when the point is reached for the n-th time, counted from 1. */
  synchronized void goOffAt(final FailPoint point, final int occurrence) {
    offAt = point;
    pointsLeft = occurrence;
    behind = null;
  }

  /** Goes off when the point is reached next, once another was reached so many times. */
  synchronized void goOffAtFirst(final FailPoint point, final FailPoint after, final int times) {
    goOffAt(point, 1);
    behind = after;
    behindLeft = times;
  }

  /**
   * Makes one step slower than others: whoever reaches it waits until the other point was reached
   * so many times, or the machine goes off.
   */
  synchronized void holdAt(final FailPoint point, final FailPoint until, final int times) {
    held = point;
    heldUntil = until;
    heldFor = times;
  }

  /** Goes off when so many more bytes and steps were written to the journal's files. */
  synchronized void goOffAfterJournalBytes(final long bytes) {
    bytesLeft = bytes;
  }

  /** Takes back what was chosen, if it has not come to that. */
  synchronized void staysOn() {
    offAt = null;
    behind = null;
    held = null;
    bytesLeft = Long.MAX_VALUE;
  }

  synchronized boolean isOff() {
    return off;
  }

  /** The point that it went off at; null when it was in a write of the journal. */
  synchronized @Nullable FailPoint wentOffAt() {
    return wentOffAt;
  }

  ModelFiles files() {
    return files;
  }

  BootId boot() {
    return boot;
  }

  @Override
  public synchronized void reached(final FailPoint point) {
    requireOn();
    if (point == heldUntil && --heldFor == 0) {
      held = null;
      notifyAll();
    }
    if (point == behind && --behindLeft == 0) {
      behind = null;
    }
    if (point == offAt && behind == null && --pointsLeft == 0) {
      off = true;
      wentOffAt = point;
      notifyAll();
      throw gone();
    }
    try {
      while (point == held && !off) {
        wait();
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseException("interrupted while it was held", e);
    }
    requireOn();
  }

  /** True as long as bytes may be written; takes one. */
  synchronized boolean takeJournalByte() {
    if (off) {
      return false;
    }
    if (--bytesLeft < 0) {
      off = true;
      notifyAll();
    }
    return !off;
  }

  synchronized void requireOn() {
    if (off) {
      throw gone();
    }
  }

  private static DatabaseException gone() {
    return new DatabaseException("the machine is off", new IOException("off"));
  }

  /** Everything that was written is there. */
  synchronized void restartProcess() {
    on();
  }

  /** Of what was not on the disk a random part is there. */
  synchronized void restartMachine(final Random chance) {
    databases.values().forEach(database -> database.lose(chance));
    files.lose(chance);
    boot = new BootId(UUID.randomUUID());
    on();
  }

  private void on() {
    off = false;
    wentOffAt = null;
    staysOn();
  }

  @Override
  public String backend() {
    return "goleveldb";
  }

  @Override
  public KvStore open(final Path directory) {
    requireOn();
    return database(directory).open();
  }

  @Override
  public KvStore openShadow(final Path directory, final Path scratch) {
    return open(directory);
  }

  @Override
  public void adopt(final Path directory) {
    requireOn();
  }

  @Override
  public void seal(final Path directory) {
    requireOn();
    database(directory).force();
  }

  synchronized ModelDatabase database(final Path directory) {
    try {
      final Path file = directory.resolve(NAME_FILE);
      if (!Files.exists(file)) {
        Files.createDirectories(directory);
        Files.writeString(file, UUID.randomUUID().toString());
      }
      return databases.computeIfAbsent(Files.readString(file), name -> new ModelDatabase(this));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
