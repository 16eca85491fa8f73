package dev.understudy.shim.crash;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A database's content on a {@link ModelDisk}: what is on the disk, and batches that may not be.
 */
final class ModelDatabase {
  private record Written(Batch batch, boolean synced) {}

  private final ModelDisk disk;
  private final List<Batch.Change> forced = new ArrayList<>();
  private final List<Written> later = new ArrayList<>();
  private MemoryStore seen = new MemoryStore();

  ModelDatabase(final ModelDisk disk) {
    this.disk = disk;
  }

  /** Everything written so far outlives a power cut. */
  synchronized void force() {
    later.forEach(written -> forced.addAll(written.batch.changes()));
    later.clear();
  }

  /**
   * Any subset of the batches since the last forcing is left, in their order. A synced one is: but
   * it does not force what went before it (LevelDB syncs only the log that it writes to).
   */
  synchronized void lose(final Random chance) {
    final double kept = chance.nextInt(5) / 4.0;
    later.removeIf(written -> !written.synced && chance.nextDouble() >= kept);
    force();
    seen = new MemoryStore();
    final Batch all = new Batch();
    forced.forEach(change -> add(all, change));
    seen.write(all, true);
  }

  private static void add(final Batch batch, final Batch.Change change) {
    final byte[] value = change.value();
    if (value == null) {
      batch.delete(change.key());
    } else {
      batch.put(change.key(), value);
    }
  }

  /** Every key and value, in hex. */
  synchronized SortedMap<String, String> records() {
    final SortedMap<String, String> records = new TreeMap<>();
    try (KvIterator all = seen.iterate(new byte[0], null)) {
      while (all.next()) {
        records.put(
            java.util.HexFormat.of().formatHex(all.key()),
            java.util.HexFormat.of().formatHex(all.value()));
      }
    }
    return records;
  }

  private synchronized void write(final Batch batch, final boolean sync) {
    disk.requireOn();
    seen.write(batch, sync);
    later.add(new Written(batch, sync));
  }

  private synchronized MemoryStore readable() {
    disk.requireOn();
    return seen;
  }

  KvStore open() {
    return new KvStore() {
      @Override
      public byte @Nullable [] get(final byte[] key) {
        return readable().get(key);
      }

      @Override
      public KvIterator iterate(final byte[] from, final byte @Nullable [] to) {
        return readable().iterate(from, to);
      }

      @Override
      public KvIterator iterateReverse(final byte[] from, final byte @Nullable [] to) {
        return readable().iterateReverse(from, to);
      }

      @Override
      public void write(final Batch batch, final boolean sync) {
        ModelDatabase.this.write(batch, sync);
      }

      @Override
      public void checkpoint() {
        disk.requireOn();
        force();
      }

      @Override
      public Path directory() {
        return Path.of("model");
      }

      @Override
      public void close() {}
    };
  }
}
