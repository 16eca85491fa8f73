package dev.understudy.types.merkle;

import dev.understudy.types.Hash;
import dev.understudy.types.Part.MerkleProof;
import java.util.ArrayList;
import java.util.List;

/**
 * RFC 6962 trees: leaf = SHA256(00 ‖ x), inner = SHA256(01 ‖ left ‖ right), split at the largest
 * power of two below the count, an empty tree is SHA256("") (CometBFT crypto/merkle/tree.go).
 */
public final class MerkleTree {
  /** The root over nothing. */
  public static final Hash EMPTY_ROOT = Hash.sha256();

  private static final byte[] LEAF_PREFIX = {0};
  private static final byte[] INNER_PREFIX = {1};

  private MerkleTree() {}

  public static Hash root(final List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      return EMPTY_ROOT;
    }
    final Hash[] hashes = new Hash[leaves.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = leafHash(leaves.get(i));
    }
    return root(hashes, 0, hashes.length);
  }

  /** The proof of every leaf, aunts from the leaf upward. */
  public static List<MerkleProof> proofs(final List<byte[]> leaves) {
    final Hash[] hashes = new Hash[leaves.size()];
    final List<List<Hash>> aunts = new ArrayList<>(hashes.length);
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = leafHash(leaves.get(i));
      aunts.add(new ArrayList<>());
    }
    if (hashes.length > 0) {
      collectAunts(hashes, 0, hashes.length, aunts);
    }
    final List<MerkleProof> proofs = new ArrayList<>(hashes.length);
    for (int i = 0; i < hashes.length; i++) {
      proofs.add(new MerkleProof(hashes.length, i, hashes[i], aunts.get(i)));
    }
    return proofs;
  }

  public static Hash leafHash(final byte[] leaf) {
    return Hash.sha256(LEAF_PREFIX, leaf);
  }

  private static Hash inner(final Hash left, final Hash right) {
    return Hash.sha256(INNER_PREFIX, left.array(), right.array());
  }

  private static Hash root(final Hash[] hashes, final int from, final int to) {
    if (to - from == 1) {
      return hashes[from];
    }
    final int split = from + splitPoint(to - from);
    return inner(root(hashes, from, split), root(hashes, split, to));
  }

  private static Hash collectAunts(
      final Hash[] hashes, final int from, final int to, final List<List<Hash>> aunts) {
    if (to - from == 1) {
      return hashes[from];
    }
    final int split = from + splitPoint(to - from);
    final Hash left = collectAunts(hashes, from, split, aunts);
    final Hash right = collectAunts(hashes, split, to, aunts);
    for (int i = from; i < to; i++) {
      aunts.get(i).add(i < split ? right : left);
    }
    return inner(left, right);
  }

  private static int splitPoint(final int count) {
    return Integer.highestOneBit(count - 1);
  }
}
