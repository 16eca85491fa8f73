package dev.understudy.tools.archive;

import dev.understudy.shim.source.kyve.BundleRoot.Leaf;

/** The pools of a packed archive, one for each form of a block's data item. */
public enum BlockRuntime {
  /** Blocks alone. */
  BSYNC("0", "bsync", dev.understudy.types.json.BlockRuntime.TENDERMINT_BSYNC),
  /** Blocks with their results. */
  TENDERMINT("1", "tendermint", dev.understudy.types.json.BlockRuntime.TENDERMINT);

  private final String poolId;
  private final String shortName;
  private final dev.understudy.types.json.BlockRuntime items;

  BlockRuntime(
      final String poolId,
      final String shortName,
      final dev.understudy.types.json.BlockRuntime items) {
    this.poolId = poolId;
    this.shortName = shortName;
    this.items = items;
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
    return items.poolName();
  }

  Leaf leaf() {
    return Leaf.of(items);
  }

  boolean holdsResults() {
    return this == TENDERMINT;
  }
}
