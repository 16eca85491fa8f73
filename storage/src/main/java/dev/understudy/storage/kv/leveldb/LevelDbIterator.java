package dev.understudy.storage.kv.leveldb;

import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.NativeLife;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.NoSuchElementException;
import org.iq80.leveldb.DBIterator;
import org.jspecify.annotations.Nullable;

/** A bounded cursor in one direction; for one thread. */
final class LevelDbIterator implements KvIterator, NativeLife.Cursor {
  private final LevelDbStore store;
  private final DBIterator cursor;
  private final byte[] from;
  private final byte @Nullable [] to;
  private final boolean descending;
  private boolean started;
  private boolean ended;
  private Map.@Nullable Entry<byte[], byte[]> current;

  LevelDbIterator(
      final LevelDbStore store,
      final DBIterator cursor,
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
    if (ended) {
      return false;
    }
    current = store.use(descending ? this::previousEntry : this::nextEntry);
    ended = current == null;
    return !ended;
  }

  private Map.@Nullable Entry<byte[], byte[]> nextEntry() {
    if (!started) {
      started = true;
      cursor.seek(from);
    }
    if (!cursor.hasNext()) {
      return null;
    }
    final Map.Entry<byte[], byte[]> entry = cursor.next();
    return to == null || Arrays.compareUnsigned(entry.getKey(), to) < 0 ? entry : null;
  }

  private Map.@Nullable Entry<byte[], byte[]> previousEntry() {
    final Map.Entry<byte[], byte[]> entry = started ? stepBack() : last();
    started = true;
    return entry != null && Arrays.compareUnsigned(entry.getKey(), from) >= 0 ? entry : null;
  }

  private Map.@Nullable Entry<byte[], byte[]> last() {
    if (to != null) {
      cursor.seek(to);
      if (cursor.hasNext()) {
        return stepBack();
      }
    }
    // Nothing lies at or behind the bound; leveldbjni can't step back from behind the end.
    cursor.seekToLast();
    return cursor.hasNext() ? cursor.peekNext() : null;
  }

  private Map.@Nullable Entry<byte[], byte[]> stepBack() {
    return cursor.hasPrev() ? cursor.prev() : null;
  }

  @Override
  public byte[] key() {
    return entry().getKey();
  }

  @Override
  public byte[] value() {
    return entry().getValue();
  }

  @Override
  public void close() {
    ended = true;
    current = null;
    store.release(this);
  }

  /** Called once, by the store, while the database is open. */
  @Override
  public void free() {
    try {
      cursor.close();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map.Entry<byte[], byte[]> entry() {
    if (current == null) {
      throw new NoSuchElementException("the iterator stands on no entry");
    }
    return current;
  }
}
