package dev.understudy.storage.block;

/**
 * Which heights of a block store count: {@code base} to {@code height}, both included, without
 * gaps. What lies above was put ahead and is not yet part of the store.
 */
public record BlockDescriptor(long base, long height) {
  /** A store without blocks. */
  public static final BlockDescriptor EMPTY = new BlockDescriptor(0, 0);

  public BlockDescriptor {
    if (base < 0 || height < base || (base == 0 && height != 0)) {
      throw new IllegalArgumentException("no range of blocks: %d to %d".formatted(base, height));
    }
  }

  public boolean isEmpty() {
    return height == 0;
  }

  public boolean contains(final long wanted) {
    return !isEmpty() && wanted >= base && wanted <= height;
  }

  /**
   * With the next block added. The first block may have any height; after it only contiguous ones
   * do (store/store.go: saveBlockToBatch).
   */
  public BlockDescriptor extendedTo(final long next) {
    if (isEmpty()) {
      return new BlockDescriptor(next, next);
    }
    if (next != height + 1) {
      throw new IllegalArgumentException(
          "block %d does not follow block %d, the store's last one".formatted(next, height));
    }
    return new BlockDescriptor(base, next);
  }
}
