package dev.understudy.storage.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * How a record lies in the file, big-endian.
 *
 * <pre>
 *  0        4        8      12            16        24
 *  | marker | CRC32C | kind | body length | durable | body |
 *
 *  body of answers:  | height 8 | block hash 32 | count 4 | (length 4 | bytes)* |
 *  body of session:  | boot id 16 |
 *  body of end:      (empty)
 * </pre>
 *
 * The CRC covers the file's salt, the record's offset and everything behind the CRC. {@code
 * durable} is the offset up to which the file had been forced when the record was written.
 */
final class JournalFrame {
  static final int HEADER_BYTES = 24;
  static final int MARKER = 0x5553_5231; // "USR1"
  static final int CRC_AT = 4;
  static final int CRC_FROM = 8;

  /** One gibibyte: above any answer that an ABCI connection carries, below an array's limit. */
  static final int MAX_BODY_BYTES = 1 << 30;

  static final int ANSWERS = 1;
  static final int SESSION = 2;
  static final int CLEAN_END = 3;

  private static final int ANSWERS_FIXED_BYTES = Long.BYTES + JournalRecord.HASH_BYTES + 4;

  /** The header of a record as it was found; says nothing about its CRC. */
  record Header(int crc, int kind, int bodyLength, long durable) {
    long recordBytes() {
      return HEADER_BYTES + (long) bodyLength;
    }
  }

  private JournalFrame() {}

  static long bodyBytes(final JournalRecord record) {
    long bytes = ANSWERS_FIXED_BYTES;
    for (final byte[] answer : record.answers()) {
      bytes += Integer.BYTES + (long) answer.length;
    }
    return bytes;
  }

  static ByteBuffer answers(final JournalRecord record) {
    final ByteBuffer frame = start(ANSWERS, Math.toIntExact(bodyBytes(record)));
    frame.putLong(record.height()).put(record.blockHash()).putInt(record.answers().size());
    for (final byte[] answer : record.answers()) {
      frame.putInt(answer.length).put(answer);
    }
    return frame;
  }

  static ByteBuffer session(final BootId boot) {
    return start(SESSION, 2 * Long.BYTES)
        .putLong(boot.id().getMostSignificantBits())
        .putLong(boot.id().getLeastSignificantBits());
  }

  static ByteBuffer cleanEnd() {
    return start(CLEAN_END, 0);
  }

  private static ByteBuffer start(final int kind, final int bodyLength) {
    return ByteBuffer.allocate(HEADER_BYTES + bodyLength)
        .putInt(MARKER)
        .putInt(0)
        .putInt(kind)
        .putInt(bodyLength)
        .putLong(0);
  }

  /** Fills in what depends on the place of the record; the frame is ready to be written then. */
  static void finish(
      final ByteBuffer frame, final long salt, final long offset, final long durable) {
    frame.rewind();
    frame.putLong(16, durable);
    final CRC32C crc = crc(salt, offset);
    crc.update(frame.slice(CRC_FROM, frame.capacity() - CRC_FROM));
    frame.putInt(CRC_AT, (int) crc.getValue());
  }

  static CRC32C crc(final long salt, final long offset) {
    final CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(16).putLong(salt).putLong(offset).flip());
    return crc;
  }

  /** Null when the bytes can't be a record's header. */
  static @org.jspecify.annotations.Nullable Header header(final ByteBuffer bytes) {
    if (bytes.remaining() < HEADER_BYTES || bytes.getInt(bytes.position()) != MARKER) {
      return null;
    }
    final ByteBuffer in = bytes.duplicate();
    in.getInt();
    final Header header = new Header(in.getInt(), in.getInt(), in.getInt(), in.getLong());
    final boolean plausible =
        switch (header.kind()) {
          case ANSWERS ->
              header.bodyLength() >= ANSWERS_FIXED_BYTES && header.bodyLength() <= MAX_BODY_BYTES;
          case SESSION -> header.bodyLength() == 2 * Long.BYTES;
          case CLEAN_END -> header.bodyLength() == 0;
          default -> false;
        };
    return plausible ? header : null;
  }

  static BootId sessionBoot(final ByteBuffer body) {
    return new BootId(new UUID(body.getLong(), body.getLong()));
  }

  /** Of a body whose CRC held, so that lengths are what was written. */
  static JournalRecord decodeAnswers(final ByteBuffer body) {
    final long height = body.getLong();
    final byte[] hash = new byte[JournalRecord.HASH_BYTES];
    body.get(hash);
    final int count = body.getInt();
    final List<byte[]> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final byte[] answer = new byte[body.getInt()];
      body.get(answer);
      answers.add(answer);
    }
    return new JournalRecord(height, hash, answers);
  }
}
