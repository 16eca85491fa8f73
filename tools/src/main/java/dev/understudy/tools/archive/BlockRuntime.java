package dev.understudy.tools.archive;

import dev.understudy.shim.source.kyve.BundleRoot.Leaf;

/** The two kinds of block pool, and the pool of a packed archive that holds each. */
public enum BlockRuntime {
  /** Blocks alone. */
  BSYNC("0", "bsync", "@kyvejs/tendermint-bsync", Leaf.ITEM),
  /** Blocks with their results. */
  TENDERMINT("1", "tendermint", "@kyvejs/tendermint", Leaf.KEY_BLOCK_RESULTS);

  private final String poolId;
  private final String shortName;
  private final String fullName;
  private final Leaf leaf;

  BlockRuntime(
      final String poolId, final String shortName, final String fullName, final Leaf leaf) {
    this.poolId = poolId;
    this.shortName = shortName;
    this.fullName = fullName;
    this.leaf = leaf;
  }

  public String poolId() {
    return poolId;
  }

  /** As on the command line. */
  public String shortName() {
    return shortName;
  }

  /** As KYVE's pools name it. */
  public String fullName() {
    return fullName;
  }

  Leaf leaf() {
    return leaf;
  }

  boolean holdsResults() {
    return this == TENDERMINT;
  }
}
