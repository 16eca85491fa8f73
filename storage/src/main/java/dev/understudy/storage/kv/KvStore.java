package dev.understudy.storage.kv;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One ordered key-value database of a node's home. Keys are ordered as unsigned bytes. Safe for
 * concurrent readers and one writer. Failures of the database itself are {@link
 * DatabaseException}s: after one of those the store takes no more writes.
 */
public interface KvStore extends AutoCloseable {

  byte @Nullable [] get(byte[] key);

  /** Ascending over {@code from} (inclusive) to {@code to} (exclusive, null = to the end). */
  KvIterator iterate(byte[] from, byte @Nullable [] to);

  /**
   * Descending from {@code to} (exclusive, null = from the end) down to {@code from} (inclusive).
   */
  KvIterator iterateReverse(byte[] from, byte @Nullable [] to);

  /**
   * Applies the batch atomically. An unsynced write has reached the operating system when this
   * returns (it survives {@code kill -9}); a synced one has reached the disk.
   */
  void write(Batch batch, boolean sync);

  /**
   * Begins a new table: what was written so far and what follows share none, where a store has
   * tables. Says nothing of the disk.
   */
  default void flush() {}

  /**
   * Forces everything written so far into table files and onto the disk, so that a power cut can't
   * take it away. A {@code sync} write alone does not promise this for what went before it.
   */
  void checkpoint();

  /** The directory that holds the database, for messages; memory stores name none. */
  Path directory();

  /** Closing twice is harmless. */
  @Override
  void close();
}
