package dev.understudy.types;

/** What votes are for: the header's hash and the part set of the block's own bytes. */
public record BlockId(Hash hash, PartSetHeader parts) {
  public static final BlockId ZERO = new BlockId(Hash.EMPTY, PartSetHeader.ZERO);

  public boolean isZero() {
    return equals(ZERO);
  }
}
