package dev.understudy.types.wire;

import dev.understudy.types.Bytes;
import dev.understudy.types.Part;
import dev.understudy.types.Part.MerkleProof;
import dev.understudy.types.PartSet;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.merkle.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a block's bytes into parts (types/part_set.go: NewPartSetFromData). */
public final class PartSets {
  private PartSets() {}

  public static PartSet of(final byte[] blockBytes) {
    final int total = (blockBytes.length + PartSet.PART_SIZE - 1) / PartSet.PART_SIZE;
    final List<byte[]> slices = new ArrayList<>(total);
    for (int i = 0; i < total; i++) {
      slices.add(
          total == 1
              ? blockBytes
              : Arrays.copyOfRange(
                  blockBytes,
                  i * PartSet.PART_SIZE,
                  Math.min((i + 1) * PartSet.PART_SIZE, blockBytes.length)));
    }
    final List<MerkleProof> proofs = MerkleTree.proofs(slices);
    final List<Part> parts = new ArrayList<>(total);
    for (int i = 0; i < total; i++) {
      parts.add(new Part(i, Bytes.wrap(slices.get(i)), proofs.get(i)));
    }
    return new PartSet(new PartSetHeader(total, MerkleTree.root(slices)), parts, blockBytes.length);
  }
}
