package dev.understudy.types;

import java.util.List;

/** A block's bytes in 64 KiB parts, with the proofs a peer would send along. */
public record PartSet(PartSetHeader header, List<Part> parts, long byteSize) {
  /** CometBFT types/params.go: BlockPartSizeBytes. */
  public static final int PART_SIZE = 65536;

  public PartSet {
    parts = List.copyOf(parts);
  }
}
