package dev.understudy.storage.kv.memory;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KvStore} in memory, with the same promises as a real one but for durability. Iterators
 * copy the references of their range when they are made, so it is no store for large data.
 */
public final class MemoryStore implements KvStore {
  private static final Path NOWHERE = Path.of("memory");

  private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
  private boolean closed;

  @Override
  public synchronized byte @Nullable [] get(final byte[] key) {
    requireOpen();
    final byte[] value = entries.get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public synchronized KvIterator iterate(final byte[] from, final byte @Nullable [] to) {
    return new Cursor(copyOf(range(from, to)));
  }

  @Override
  public synchronized KvIterator iterateReverse(final byte[] from, final byte @Nullable [] to) {
    return new Cursor(copyOf(range(from, to).descendingMap()));
  }

  @Override
  public synchronized void write(final Batch batch, final boolean sync) {
    requireOpen();
    for (final Batch.Change change : batch.changes()) {
      if (change.key().length == 0) {
        throw new IllegalArgumentException("an empty key");
      }
    }
    for (final Batch.Change change : batch.changes()) {
      final byte[] value = change.value();
      if (value == null) {
        entries.remove(change.key());
      } else {
        entries.put(change.key().clone(), value.clone());
      }
    }
  }

  @Override
  public synchronized void checkpoint() {
    requireOpen();
  }

  @Override
  public Path directory() {
    return NOWHERE;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  private NavigableMap<byte[], byte[]> range(final byte[] from, final byte @Nullable [] to) {
    requireOpen();
    if (to == null) {
      return entries.tailMap(from, true);
    }
    return Arrays.compareUnsigned(from, to) < 0
        ? entries.subMap(from, true, to, false)
        : Collections.emptyNavigableMap();
  }

  private static List<Map.Entry<byte[], byte[]>> copyOf(final Map<byte[], byte[]> range) {
    return range.entrySet().stream()
        .<Map.Entry<byte[], byte[]>>map(e -> Map.entry(e.getKey(), e.getValue()))
        .toList();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the memory store is closed");
    }
  }

  private static final class Cursor implements KvIterator {
    private final Iterator<Map.Entry<byte[], byte[]>> rest;
    private Map.@Nullable Entry<byte[], byte[]> current;

    Cursor(final List<Map.Entry<byte[], byte[]>> entries) {
      this.rest = entries.iterator();
    }

    @Override
    public boolean next() {
      current = rest.hasNext() ? rest.next() : null;
      return current != null;
    }

    @Override
    public byte[] key() {
      return entry().getKey().clone();
    }

    @Override
    public byte[] value() {
      return entry().getValue().clone();
    }

    @Override
    public void close() {
      current = null;
    }

    private Map.Entry<byte[], byte[]> entry() {
      if (current == null) {
        throw new NoSuchElementException("the iterator stands on no entry");
      }
      return current;
    }
  }
}
