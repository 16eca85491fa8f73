package dev.understudy.storage.kv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts and deletes that are applied together, in the order in which they were added. */
public final class Batch {

  /** One change; a null value deletes the key. Arrays are not copied: do not change them after. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier on its way to the database, never compared
  public record Change(byte[] key, byte @Nullable [] value) {}

  private final List<Change> changes = new ArrayList<>();
  private long sizeBytes;

  public Batch put(final byte[] key, final byte[] value) {
    changes.add(new Change(key, value));
    sizeBytes += key.length + (long) value.length;
    return this;
  }

  public Batch delete(final byte[] key) {
    changes.add(new Change(key, null));
    sizeBytes += key.length;
    return this;
  }

  public List<Change> changes() {
    return changes;
  }

  /** Bytes of all keys and values. */
  public long sizeBytes() {
    return sizeBytes;
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }
}
