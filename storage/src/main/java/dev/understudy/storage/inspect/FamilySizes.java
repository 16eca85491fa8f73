package dev.understudy.storage.inspect;

import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.RecordGuide;
import dev.understudy.types.line.EngineLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** How many records of each family a database holds; reads it whole, in one pass. */
public final class FamilySizes {
  private FamilySizes() {}

  /**
   * One family of records.
   *
   * @param bytes of keys and values, before compression
   * @param lowest the lowest height that a key tells
   */
  public record Family(
      String name, long keys, long bytes, OptionalLong lowest, OptionalLong highest) {}

  /** In the order of their names. */
  public static List<Family> of(final DatabaseId id, final KvStore store, final EngineLine line) {
    final RecordGuide guide = Guides.of(id, store, line);
    final Map<String, Count> counts = new TreeMap<>();
    try (KvIterator records = store.iterate(new byte[0], null)) {
      while (records.next()) {
        final RecordGuide.Name name = guide.name(records.key());
        counts
            .computeIfAbsent(name.family(), family -> new Count())
            .add(records.key().length + (long) records.value().length, name.height());
      }
    }
    final List<Family> families = new ArrayList<>();
    counts.forEach((name, count) -> families.add(count.toFamily(name)));
    return families;
  }

  private static final class Count {
    private long keys;
    private long bytes;
    private OptionalLong lowest = OptionalLong.empty();
    private OptionalLong highest = OptionalLong.empty();

    private void add(final long size, final OptionalLong height) {
      keys++;
      bytes += size;
      if (height.isPresent()) {
        final long at = height.getAsLong();
        lowest = OptionalLong.of(Math.min(lowest.orElse(at), at));
        highest = OptionalLong.of(Math.max(highest.orElse(at), at));
      }
    }

    private Family toFamily(final String name) {
      return new Family(name, keys, bytes, lowest, highest);
    }
  }
}
