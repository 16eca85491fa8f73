package dev.understudy.storage.journal;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Keeps the app's answers since the last checkpoint, so that states can be derived again after a
 * power cut; docs/formats/journal.md shows the bytes. One synced {@link #append} goes between an
 * answer and its Commit. Memory: one offset a height, never contents.
 *
 * <p>After the first failed write or sync the journal takes nothing more: the operating system may
 * have dropped what it could not write, and trying again would report success. Safe for all
 * threads.
 */
public final class AnswersJournal implements AutoCloseable {
  /**
   * The file grows by so many zeros at a time, so that most syncs find neither a new size nor new
   * blocks to write down. Measured on ext4, median of a synced append of 10 kB: 0.11–0.20 ms,
   * growing with each append 0.26–0.97 ms.
   */
  private static final int GROWTH_BYTES = 4 << 20;

  private static final Pattern NAME = Pattern.compile("answers-(\\d{16})\\.journal");
  private static final SecureRandom SALTS = new SecureRandom();

  private final Path directory;
  private final BootId boot;
  private final FileLayer files;
  private final int growthBytes;
  private final ByteBuffer zeros;

  private Path path;
  private FileLayer.OpenFile file;
  private long generation;
  private JournalHead head;
  private NavigableMap<Long, Long> offsets;
  private long end;
  private long size;
  private long durable;
  private boolean suspect;
  private boolean broken;
  private boolean closed;

  private AnswersJournal(
      final Path directory,
      final BootId boot,
      final FileLayer files,
      final int growthBytes,
      final Opened opened)
      throws IOException {
    this.directory = directory;
    this.boot = boot;
    this.files = files;
    this.growthBytes = growthBytes;
    this.zeros = ByteBuffer.allocate(Math.min(16 << 10, growthBytes)).asReadOnlyBuffer();
    this.path = opened.path;
    this.file = opened.file;
    this.generation = opened.generation;
    this.head = opened.head;
    this.offsets = opened.scan.offsets();
    this.end = opened.scan.end();
    this.durable = opened.scan.durable();
    this.suspect = opened.scan.uncleanBefore(boot);
    this.size = file.size();
  }

  private record Opened(
      Path path, FileLayer.OpenFile file, long generation, JournalHead head, JournalScan scan) {}

  /**
   * Opens the journal in a directory of its own, making it where there is none, and cuts off a
   * record that a crash left torn. Damage before the last synced record is HOME_STATE. The home's
   * lock is held by the caller.
   */
  public static AnswersJournal open(final Path directory) throws FailureException {
    return open(directory, BootId.current(), new DiskFileLayer());
  }

  /** With another idea of the boot, for tests. */
  public static AnswersJournal open(final Path directory, final BootId boot)
      throws FailureException {
    return open(directory, boot, new DiskFileLayer());
  }

  /** With another idea of the boot and of the disk, for tests. */
  public static AnswersJournal open(final Path directory, final BootId boot, final FileLayer files)
      throws FailureException {
    return open(directory, boot, files, GROWTH_BYTES);
  }

  /** With another growth, so that a test need not write megabytes of zeros. */
  public static AnswersJournal open(
      final Path directory, final BootId boot, final FileLayer files, final int growthBytes)
      throws FailureException {
    try {
      final List<String> journals = tidyNames(directory, files);
      if (journals.isEmpty()) {
        create(directory, 1, new JournalHead(OptionalLong.empty(), boot, SALTS.nextLong()), files)
            .close();
        journals.add(name(1));
      }
      final String newest = journals.remove(journals.size() - 1);
      final AnswersJournal journal =
          new AnswersJournal(
              directory, boot, files, growthBytes, recover(directory, newest, files));
      try {
        for (final String older : journals) {
          files.delete(directory.resolve(older));
        }
        // What was read is forced before the session says so: later damage to it is told from a
        // tear.
        journal.file.force(true);
        journal.durable = journal.end;
        journal.write(JournalFrame.session(boot));
        journal.file.force(true);
        journal.durable = journal.end;
        return journal;
      } catch (final IOException e) {
        journal.file.close();
        throw e;
      }
    } catch (final IOException e) {
      throw diskFailure("opened", directory, e);
    }
  }

  /** Names of the journal files, oldest first; one that was being made is deleted. */
  private static List<String> tidyNames(final Path directory, final FileLayer files)
      throws IOException {
    final List<String> journals = new java.util.ArrayList<>();
    for (final String name : files.list(directory)) {
      if (NAME.matcher(name).matches()) {
        journals.add(name);
      } else if (name.endsWith(".new")) {
        files.delete(directory.resolve(name));
      }
    }
    journals.sort(null);
    return journals;
  }

  private static Opened recover(final Path directory, final String name, final FileLayer files)
      throws IOException, FailureException {
    final Path path = directory.resolve(name);
    final FileLayer.OpenFile file = files.open(path);
    boolean sound = false;
    try {
      final ByteBuffer first = ByteBuffer.allocate(JournalHead.BYTES);
      file.read(first, 0);
      // A file gets its name only after its head was forced: a bad head is damage, not a tear.
      final JournalHead head =
          JournalHead.decode(first.flip())
              .orElseThrow(() -> damaged(path, "its head is not whole", 0));
      final JournalScan scan = JournalScan.of(file, head);
      if (scan.damagedBehind() >= 0) {
        throw damaged(
            path,
            "the record there is broken, but one at "
                + scan.damagedBehind()
                + " is whole and was written after it was on the disk",
            scan.end());
      }
      if (scan.torn()) {
        file.truncate(scan.end());
        file.force(true);
      }
      sound = true;
      return new Opened(path, file, generation(name), head, scan);
    } finally {
      if (!sound) {
        file.close();
      }
    }
  }

  /** The height that the databases are complete at, whatever happened since; empty before any. */
  public synchronized OptionalLong checkpointHeight() {
    return head.checkpoint();
  }

  /**
   * Whether a session since the checkpoint ended without {@link #close(boolean) close(true)} and
   * the machine was started again after it: unsynced writes to the databases may be lost, with
   * holes, and nothing above the checkpoint is to be trusted. Stays true until {@link #startAnew}.
   */
  public synchronized boolean endedUncleanlyUnderAnotherBoot() {
    return suspect;
  }

  /** The last answers that were appended for the height since the checkpoint. */
  public synchronized Optional<JournalRecord> answers(final long height) throws FailureException {
    requireOpen();
    final Long offset = offsets.get(height);
    return offset == null ? Optional.empty() : Optional.of(load(offset));
  }

  /** The highest height with answers since the checkpoint. */
  public synchronized OptionalLong lastHeight() {
    return offsets.isEmpty() ? OptionalLong.empty() : OptionalLong.of(offsets.lastKey());
  }

  private JournalRecord load(final long offset) throws FailureException {
    try {
      final ByteBuffer first = ByteBuffer.allocate(JournalFrame.HEADER_BYTES);
      file.read(first, offset);
      final JournalFrame.Header header = JournalFrame.header(first.flip());
      if (header == null || header.recordBytes() > end - offset) {
        throw damaged(path, "the record there changed since it was read", offset);
      }
      final ByteBuffer frame = ByteBuffer.allocate((int) header.recordBytes());
      file.read(frame, offset);
      final java.util.zip.CRC32C crc = JournalFrame.crc(head.salt(), offset);
      crc.update(frame.slice(JournalFrame.CRC_FROM, frame.capacity() - JournalFrame.CRC_FROM));
      if ((int) crc.getValue() != header.crc()) {
        throw damaged(path, "the record there changed since it was read", offset);
      }
      return JournalFrame.decodeAnswers(frame.position(JournalFrame.HEADER_BYTES));
    } catch (final IOException e) {
      throw diskFailure("read", path, e);
    }
  }

  /**
   * Appends a block's answers. With {@code sync} they and everything before them are on the disk
   * when this returns; without, they survive the end of the process, not of the machine. The same
   * height may come again (the app was restarted before Commit): the last counts.
   */
  public synchronized void append(
      final long height, final byte[] blockHash, final List<byte[]> answers, final boolean sync)
      throws FailureException {
    requireOpen();
    final JournalRecord record = new JournalRecord(height, blockHash, answers);
    if (head.checkpoint().isPresent() && height <= head.checkpoint().getAsLong()) {
      throw new IllegalArgumentException(
          "height " + height + " is not above the checkpoint " + head.checkpoint().getAsLong());
    }
    if (JournalFrame.bodyBytes(record) > JournalFrame.MAX_BODY_BYTES) {
      throw new FailureException(
          FailureKind.APP,
          "The app's answers to block "
              + height
              + " have "
              + JournalFrame.bodyBytes(record)
              + " bytes, more than "
              + JournalFrame.MAX_BODY_BYTES,
          "No real app does this; check that the app is the right one for this chain.");
    }
    try {
      final long offset = end;
      write(JournalFrame.answers(record));
      if (sync) {
        file.force(false);
        durable = end;
      }
      offsets.put(height, offset);
    } catch (final IOException e) {
      broken = true;
      throw diskFailure("written for block " + height, path, e);
    }
  }

  private void write(final ByteBuffer frame) throws IOException {
    JournalFrame.finish(frame, head.salt(), end, durable);
    final long behind = end + frame.capacity();
    if (behind > size) {
      final long grown = behind + growthBytes - behind % growthBytes;
      for (long at = Math.max(behind, size); at < grown; at += zeros.capacity()) {
        file.write(zeros.duplicate().limit((int) Math.min(zeros.capacity(), grown - at)), at);
      }
      size = grown;
    }
    file.write(frame, end);
    end = behind;
  }

  /**
   * Begins an empty journal for a checkpoint that is on the disk already; the old one is deleted
   * after the new one is safe, so at each moment one of the two is whole.
   */
  public synchronized void startAnew(final long checkpointHeight) throws FailureException {
    requireOpen();
    if (checkpointHeight < 0) {
      throw new IllegalArgumentException("a checkpoint at height " + checkpointHeight);
    }
    final Path oldPath = path;
    final FileLayer.OpenFile old = file;
    try {
      final JournalHead fresh =
          new JournalHead(OptionalLong.of(checkpointHeight), boot, SALTS.nextLong());
      file = create(directory, generation + 1, fresh, files);
      generation++;
      path = directory.resolve(name(generation));
      head = fresh;
      offsets = new TreeMap<>();
      end = JournalHead.BYTES;
      durable = JournalHead.BYTES;
      size = file.size();
      suspect = false;
      old.close();
      files.delete(oldPath);
    } catch (final IOException e) {
      broken = true;
      throw diskFailure("started anew at checkpoint " + checkpointHeight, directory, e);
    }
  }

  /** Made under another name and forced, then renamed: the name stands for a whole head. */
  private static FileLayer.OpenFile create(
      final Path directory, final long generation, final JournalHead head, final FileLayer files)
      throws IOException {
    final Path path = directory.resolve(name(generation));
    final Path unfinished = directory.resolve(path.getFileName() + ".new");
    final FileLayer.OpenFile file = files.open(unfinished);
    boolean made = false;
    try {
      file.truncate(0);
      file.write(head.encode(), 0);
      file.force(true);
      files.rename(unfinished, path);
      files.forceDirectory(directory);
      made = true;
      return file;
    } finally {
      if (!made) {
        file.close();
      }
    }
  }

  /**
   * Ends the session. {@code clean} is a promise of the caller: everything in the databases is on
   * the disk (checkpoint or seal), so that nothing can be missing under another boot. Closing twice
   * is harmless.
   */
  public synchronized void close(final boolean clean) throws FailureException {
    if (closed) {
      return;
    }
    closed = true;
    try (FileLayer.OpenFile last = file) {
      if (clean && !broken && !suspect) {
        write(JournalFrame.cleanEnd());
        last.force(false);
      }
    } catch (final IOException e) {
      throw diskFailure("closed", path, e);
    }
  }

  /** Ends the session uncleanly. */
  @Override
  public void close() throws FailureException {
    close(false);
  }

  private void requireOpen() throws FailureException {
    if (closed) {
      throw new IllegalStateException("the journal " + directory + " is closed");
    }
    if (broken) {
      throw diskFailure("used", path, new IOException("an earlier write failed"));
    }
  }

  private static String name(final long generation) {
    return String.format(java.util.Locale.ROOT, "answers-%016d.journal", generation);
  }

  private static long generation(final String name) {
    return Long.parseLong(name.substring("answers-".length(), "answers-".length() + 16));
  }

  private static FailureException damaged(final Path path, final String why, final long offset) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "The answers journal " + path + " is damaged at byte " + offset + ": " + why,
        "The disk has lost data. Keep the home for a diagnosis, check the disk, and start again"
            + " with a new home or a backup.");
  }

  private static FailureException diskFailure(
      final String what, final Path path, final IOException e) {
    return new FailureException(
        FailureKind.DISK,
        "The answers journal " + path + " could not be " + what + ": " + e.getMessage(),
        "Check free space and the health of the disk, then run the same command again.",
        e);
  }
}
