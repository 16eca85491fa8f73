package dev.understudy.storage.kv;

/** A cursor over a snapshot of a {@link KvStore}; starts before its first entry; must be closed. */
public interface KvIterator extends AutoCloseable {

  /** Moves to the next entry; false at the end. */
  boolean next();

  byte[] key();

  byte[] value();

  @Override
  void close();
}
