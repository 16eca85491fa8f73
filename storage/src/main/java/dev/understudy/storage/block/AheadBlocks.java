package dev.understudy.storage.block;

/**
 * Blocks that were put ahead of the descriptor, block by block without gaps, and that a node must
 * not find. Stateless; the caller owns the store.
 */
public final class AheadBlocks {
  private AheadBlocks() {}

  /**
   * Deletes them all, whether or not the store counts any block yet.
   *
   * @param firstHeight the height at which an empty store's blocks begin
   * @return how many records were deleted
   */
  public static long delete(final BlockStore blocks, final long firstHeight) {
    final BlockDescriptor counted = blocks.loadDescriptor();
    final long last = counted.isEmpty() ? firstHeight - 1 : counted.height();
    long highest = last;
    while (blocks.loadMeta(highest + 1).isPresent()) {
      highest++;
    }
    return highest == last ? 0 : blocks.deleteAhead(last, highest);
  }
}
