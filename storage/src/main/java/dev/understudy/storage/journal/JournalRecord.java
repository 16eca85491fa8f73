package dev.understudy.storage.journal;

import java.util.List;

/**
 * The app's answers to one block: the raw bytes of its responses in the order in which they came.
 * Arrays are not copied: do not change them after.
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between disk and execution, never compared
public record JournalRecord(long height, byte[] blockHash, List<byte[]> answers) {
  public static final int HASH_BYTES = 32;

  public JournalRecord {
    if (height <= 0) {
      throw new IllegalArgumentException("a block of height " + height);
    }
    if (blockHash.length != HASH_BYTES) {
      throw new IllegalArgumentException("a block hash of " + blockHash.length + " bytes");
    }
    answers = List.copyOf(answers);
  }
}
