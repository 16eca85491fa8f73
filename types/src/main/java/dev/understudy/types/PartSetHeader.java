package dev.understudy.types;

/** How many 64 KiB parts a block has, and the Merkle root over them. */
public record PartSetHeader(int total, Hash hash) {
  public static final PartSetHeader ZERO = new PartSetHeader(0, Hash.EMPTY);

  public PartSetHeader {
    if (total < 0) {
      throw new IllegalArgumentException("negative count of parts: " + total);
    }
  }
}
