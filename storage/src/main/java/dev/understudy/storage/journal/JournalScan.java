package dev.understudy.storage.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Reads a journal file from its head to its last whole record, with a fixed buffer however large
 * the records are, and looks at what lies behind.
 */
final class JournalScan {
  private static final int BUFFER_BYTES = 64 << 10;

  private final FileLayer.OpenFile file;
  private final long size;
  private final JournalHead head;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  private final NavigableMap<Long, Long> offsets = new TreeMap<>();
  private long end = JournalHead.BYTES;
  private long durable = JournalHead.BYTES;
  private BootId lastBoot;
  private boolean endedCleanly;
  private boolean bootChangedUncleanly;
  private boolean torn;
  private long damagedBehind = -1;

  private JournalScan(final FileLayer.OpenFile file, final JournalHead head) throws IOException {
    this.file = file;
    this.size = file.size();
    this.head = head;
    this.lastBoot = head.boot();
  }

  static JournalScan of(final FileLayer.OpenFile file, final JournalHead head) throws IOException {
    final JournalScan scan = new JournalScan(file, head);
    scan.readRecords();
    scan.lookBehind();
    return scan;
  }

  /** Height to offset; of several records for a height the last. */
  NavigableMap<Long, Long> offsets() {
    return offsets;
  }

  /** Offset behind the last whole record. */
  long end() {
    return end;
  }

  /** The highest offset that a record knew to be forced. */
  long durable() {
    return durable;
  }

  /** Something other than zeros lies behind the last whole record. */
  boolean torn() {
    return torn;
  }

  /** Offset of a whole record behind the end that proves the end to be damage, or -1. */
  long damagedBehind() {
    return damagedBehind;
  }

  /** Whether some session up to now ended uncleanly and the next one was under another boot. */
  boolean uncleanBefore(final BootId now) {
    return bootChangedUncleanly || (!endedCleanly && !lastBoot.equals(now));
  }

  private void readRecords() throws IOException {
    JournalFrame.Header header = recordAt(end);
    while (header != null) {
      note(header);
      durable = Math.max(durable, header.durable());
      end += header.recordBytes();
      header = recordAt(end);
    }
  }

  private void note(final JournalFrame.Header header) throws IOException {
    final long body = end + JournalFrame.HEADER_BYTES;
    switch (header.kind()) {
      case JournalFrame.ANSWERS -> {
        offsets.put(read(body, Long.BYTES).getLong(), end);
        endedCleanly = false;
      }
      case JournalFrame.SESSION -> {
        final BootId boot = JournalFrame.sessionBoot(read(body, 2 * Long.BYTES));
        bootChangedUncleanly |= !endedCleanly && !boot.equals(lastBoot);
        lastBoot = boot;
        endedCleanly = false;
      }
      default -> endedCleanly = true;
    }
  }

  /** Null where no whole record with the right CRC lies. */
  private JournalFrame.@org.jspecify.annotations.Nullable Header recordAt(final long offset)
      throws IOException {
    if (size - offset < JournalFrame.HEADER_BYTES) {
      return null;
    }
    final JournalFrame.Header header = JournalFrame.header(read(offset, JournalFrame.HEADER_BYTES));
    if (header == null || header.recordBytes() > size - offset || header.durable() > offset) {
      return null;
    }
    final CRC32C crc = JournalFrame.crc(head.salt(), offset);
    long next = offset + JournalFrame.CRC_FROM;
    final long behind = offset + header.recordBytes();
    while (next < behind) {
      final ByteBuffer part = read(next, (int) Math.min(BUFFER_BYTES, behind - next));
      next += part.remaining();
      crc.update(part);
    }
    return (int) crc.getValue() == header.crc() ? header : null;
  }

  /**
   * A record that was written when the file had been forced beyond {@link #end} proves that whole
   * records lay at the end once. Later ones without that proof may have reached the disk before an
   * unforced one did; nothing was promised about either.
   */
  private void lookBehind() throws IOException {
    long next = end;
    final int overlap = Integer.BYTES - 1;
    while (next < size && damagedBehind < 0) {
      final int length = (int) Math.min(BUFFER_BYTES, size - next);
      final byte[] window = new byte[length];
      read(next, length).get(window);
      lookInto(window, next);
      next += length > overlap && next + length < size ? length - overlap : length;
    }
  }

  private void lookInto(final byte[] window, final long from) throws IOException {
    final ByteBuffer bytes = ByteBuffer.wrap(window);
    for (int i = 0; i < window.length; i++) {
      if (window[i] == 0) {
        continue;
      }
      torn = true;
      if (i + Integer.BYTES <= window.length && bytes.getInt(i) == JournalFrame.MARKER) {
        final JournalFrame.Header later = recordAt(from + i);
        if (later != null && later.durable() > end) {
          damagedBehind = from + i;
          return;
        }
      }
    }
  }

  /** The buffer is used again by the next call. */
  private ByteBuffer read(final long offset, final int length) throws IOException {
    buffer.clear().limit(length);
    file.read(buffer, offset);
    if (buffer.hasRemaining()) {
      throw new IOException("the file shrank to less than " + (offset + length) + " bytes");
    }
    return buffer.flip();
  }
}
