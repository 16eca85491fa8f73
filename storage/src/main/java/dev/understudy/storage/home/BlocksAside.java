package dev.understudy.storage.home;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.types.FailureException;
import java.util.Optional;

/**
 * Remembers, in {@code <home>/understudy/blocks-aside.json}, the blocks that lie in a home's block
 * store uncounted, because it was handed over as an empty one: see {@link EmptyStore}. There from
 * before the descriptor is deleted until it counts them again. The home's lock is held by the
 * caller of what changes it.
 *
 * @param base the lowest of the blocks
 * @param height the highest, at which the home was handed over
 */
public record BlocksAside(long base, long height) {
  private static final String IF_DAMAGED =
      "It tells which blocks of this home lie uncounted in its block store. Delete it to go on"
          + " without them; or sync the home anew.";

  /** Empty where all the blocks that are there count. */
  public static Optional<BlocksAside> read(final HomeLayout layout) throws FailureException {
    return RecordFile.read(
            layout.blocksAsideFile(),
            root ->
                root.path("base").canConvertToLong()
                    && root.path("height").canConvertToLong()
                    && 1 <= root.path("base").longValue()
                    && root.path("base").longValue() <= root.path("height").longValue(),
            IF_DAMAGED)
        .map(
            root ->
                new BlocksAside(root.path("base").longValue(), root.path("height").longValue()));
  }

  /** Durable when this returns. */
  void write(final HomeLayout layout) throws FailureException {
    final var root = RecordFile.begin().put("base", base).put("height", height);
    RecordFile.write(layout.blocksAsideFile(), root);
  }

  static void remove(final HomeLayout layout) throws FailureException {
    RecordFile.remove(layout.blocksAsideFile());
  }

  /**
   * The descriptor that counts these blocks and those above them; the given one where it counts
   * them already; empty where there is a gap between the two, since the node has pruned.
   */
  Optional<BlockDescriptor> joinedWith(final BlockDescriptor counted) {
    if (counted.isEmpty()) {
      return Optional.of(new BlockDescriptor(base, height));
    }
    if (counted.base() > height + 1) {
      return Optional.empty();
    }
    return Optional.of(
        counted.base() == height + 1 ? new BlockDescriptor(base, counted.height()) : counted);
  }
}
