package dev.understudy.storage.kv.rocksdb;

import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.NativeLife;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A bounded cursor in one direction; for one thread. */
final class RocksDbIterator implements KvIterator, NativeLife.Cursor {
  private final RocksDbStore store;
  private final RocksIterator cursor;
  private final byte[] from;
  private final byte @Nullable [] to;
  private final boolean descending;
  private boolean started;
  private boolean ended;
  private byte @Nullable [] key;
  private byte @Nullable [] value;

  RocksDbIterator(
      final RocksDbStore store,
      final RocksIterator cursor,
      final byte[] from,
      final byte @Nullable [] to,
      final boolean descending) {
    this.store = store;
    this.cursor = cursor;
    this.from = from.clone();
    this.to = to == null ? null : to.clone();
    this.descending = descending;
  }

  @Override
  public boolean next() {
    if (!ended) {
      ended = !store.use(this::step);
    }
    if (ended) {
      key = null;
      value = null;
    }
    return !ended;
  }

  private boolean step() throws RocksDBException {
    move();
    if (!cursor.isValid()) {
      // an end by damage must not look like the end of the data
      cursor.status();
      return false;
    }
    final byte[] found = cursor.key();
    if (descending
        ? Arrays.compareUnsigned(found, from) < 0
        : to != null && Arrays.compareUnsigned(found, to) >= 0) {
      return false;
    }
    key = found;
    value = cursor.value();
    return true;
  }

  private void move() {
    if (started) {
      if (descending) {
        cursor.prev();
      } else {
        cursor.next();
      }
      return;
    }
    started = true;
    if (!descending) {
      cursor.seek(from);
    } else if (to == null) {
      cursor.seekToLast();
    } else {
      cursor.seekForPrev(to);
      if (cursor.isValid() && Arrays.equals(cursor.key(), to)) {
        cursor.prev();
      }
    }
  }

  @Override
  public byte[] key() {
    return onEntry(key);
  }

  @Override
  public byte[] value() {
    return onEntry(value);
  }

  private static byte[] onEntry(final byte @Nullable [] part) {
    if (part == null) {
      throw new NoSuchElementException("the iterator stands on no entry");
    }
    return part;
  }

  @Override
  public void close() {
    ended = true;
    key = null;
    value = null;
    store.release(this);
  }

  /** Called once, by the store, while the database is open. */
  @Override
  public void free() {
    cursor.close();
  }
}
