package dev.understudy.storage.journal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a journal file, big-endian.
 *
 * <pre>
 *  0       8        12          16           24        40     48     60      64
 *  | magic | version | head size | checkpoint | boot id | salt | zero | CRC32C |
 * </pre>
 *
 * The salt enters the CRC of every record, so that neither an answer's content nor an old file's
 * blocks can pass for a record of this file.
 */
record JournalHead(OptionalLong checkpoint, BootId boot, long salt) {
  static final int BYTES = 64;
  private static final long MAGIC = 0x5553_5444_594a_4e4cL; // "USTDYJNL"
  private static final int VERSION = 1;
  private static final int CRC_AT = 60;
  private static final long NO_CHECKPOINT = -1;

  ByteBuffer encode() {
    final ByteBuffer head = ByteBuffer.allocate(BYTES);
    head.putLong(MAGIC).putInt(VERSION).putInt(BYTES);
    head.putLong(checkpoint.orElse(NO_CHECKPOINT));
    head.putLong(boot.id().getMostSignificantBits()).putLong(boot.id().getLeastSignificantBits());
    head.putLong(salt);
    head.putInt(CRC_AT, crc(head.array()));
    return head.rewind();
  }

  /** Empty when the bytes are no whole, undamaged head of this version. */
  static Optional<JournalHead> decode(final ByteBuffer head) {
    if (head.remaining() != BYTES) {
      return Optional.empty();
    }
    final byte[] bytes = new byte[BYTES];
    head.duplicate().get(bytes);
    final ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt(CRC_AT) != crc(bytes)
        || in.getLong() != MAGIC
        || in.getInt() != VERSION
        || in.getInt() != BYTES) {
      return Optional.empty();
    }
    final long checkpoint = in.getLong();
    final BootId boot = new BootId(new UUID(in.getLong(), in.getLong()));
    return Optional.of(
        new JournalHead(
            checkpoint == NO_CHECKPOINT ? OptionalLong.empty() : OptionalLong.of(checkpoint),
            boot,
            in.getLong()));
  }

  private static int crc(final byte[] head) {
    final CRC32C crc = new CRC32C();
    crc.update(head, 0, CRC_AT);
    return (int) crc.getValue();
  }
}
