package dev.understudy.storage.inspect;

import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.inspect.Difference.Where;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.RecordGuide;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.types.line.EngineLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares the databases of two homes key by key, in one pass with bounded memory. Stores are read
 * only and stay the caller's.
 */
public final class HomeDiff {

  /**
   * What a comparison of one database found.
   *
   * @param free how many of the differing records may differ
   */
  public record Count(DatabaseId database, long same, long different, long free) {
    public long unexplained() {
      return different - free;
    }
  }

  private final Map<DatabaseId, KvStore> first;
  private final Map<DatabaseId, KvStore> second;
  private final EngineLine line;
  private final FreeDifferences free;

  /** A database that one side lacks counts as empty. */
  public HomeDiff(
      final Map<DatabaseId, KvStore> first,
      final Map<DatabaseId, KvStore> second,
      final EngineLine line) {
    this.first = first;
    this.second = second;
    this.line = line;
    this.free = new FreeDifferences(head(first), head(second));
  }

  private static long head(final Map<DatabaseId, KvStore> stores) {
    final KvStore blocks = stores.get(DatabaseId.BLOCKSTORE);
    return blocks == null ? 0 : new BlockStore(blocks).loadDescriptor().height();
  }

  /** Tells every difference in the order of the keys, and counts. */
  public List<Count> run(final Consumer<Difference> found) {
    final List<Count> counts = new ArrayList<>();
    for (final DatabaseId id : DatabaseId.values()) {
      counts.add(compare(id, found));
    }
    return counts;
  }

  private Count compare(final DatabaseId id, final Consumer<Difference> found) {
    try (Side left = Side.of(id, first.get(id), line);
        Side right = Side.of(id, second.get(id), line)) {
      long same = 0;
      long different = 0;
      long mayDiffer = 0;
      left.next();
      right.next();
      while (left.here() || right.here()) {
        final int order = left.order(right);
        if (order == 0 && Arrays.equals(left.value(), right.value())) {
          same++;
        } else {
          final Difference difference = difference(id, left, right, order);
          different++;
          mayDiffer += difference.free().isPresent() ? 1 : 0;
          found.accept(difference);
        }
        if (order <= 0) {
          left.next();
        }
        if (order >= 0) {
          right.next();
        }
      }
      return new Count(id, same, different, mayDiffer);
    }
  }

  private Difference difference(
      final DatabaseId id, final Side left, final Side right, final int order) {
    final Side any = order <= 0 ? left : right;
    final RecordGuide.Name name = any.name();
    final List<String> mine = order <= 0 ? left.describe() : List.of();
    final List<String> theirs = order >= 0 ? right.describe() : List.of();
    final Where where =
        order < 0 ? Where.ONLY_FIRST : order > 0 ? Where.ONLY_SECOND : Where.DIFFERS;
    final List<String> onlyMine = without(mine, theirs);
    final List<String> onlyTheirs = without(theirs, mine);
    return new Difference(
        id,
        name.family(),
        name.text(),
        where,
        onlyMine,
        onlyTheirs,
        free.reason(id, name, where, onlyMine, onlyTheirs));
  }

  private static List<String> without(final List<String> lines, final List<String> others) {
    final Set<String> known = new HashSet<>(others);
    return lines.stream().filter(line -> !known.contains(line)).toList();
  }

  /** One home's database on its way through the keys. */
  private static final class Side implements AutoCloseable {
    private final KvIterator records;
    private final RecordGuide guide;
    private boolean here;

    private Side(final KvIterator records, final RecordGuide guide) {
      this.records = records;
      this.guide = guide;
    }

    static Side of(final DatabaseId id, final @Nullable KvStore store, final EngineLine line) {
      final KvStore present = store == null ? new MemoryStore() : store;
      return new Side(present.iterate(new byte[0], null), Guides.of(id, present, line));
    }

    void next() {
      here = records.next();
    }

    boolean here() {
      return here;
    }

    /** Below 0 where this side's key comes first; only while one of the two has a record. */
    int order(final Side other) {
      if (!here || !other.here) {
        return here ? -1 : 1;
      }
      return Integer.signum(Arrays.compareUnsigned(records.key(), other.records.key()));
    }

    byte[] value() {
      return records.value();
    }

    RecordGuide.Name name() {
      return guide.name(records.key());
    }

    List<String> describe() {
      return guide.describe(records.key(), records.value());
    }

    @Override
    public void close() {
      records.close();
    }
  }
}
