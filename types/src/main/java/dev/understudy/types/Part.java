package dev.understudy.types;

import java.util.List;

/** A slice of a block's bytes with the Merkle proof that it belongs to the part set. */
public record Part(int index, Bytes bytes, MerkleProof proof) {

  /** Aunts from the leaf upward. */
  public record MerkleProof(long total, long index, Hash leafHash, List<Hash> aunts) {
    public MerkleProof {
      aunts = List.copyOf(aunts);
    }
  }
}
