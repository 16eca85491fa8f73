package dev.understudy.types.json;

/** What an archive's data items of blocks look like, by the pool's runtime. */
public enum BlockRuntime {
  /** Answers of {@code /block} and {@code /block_results}. */
  TENDERMINT("@kyvejs/tendermint"),
  /** Blocks alone. */
  TENDERMINT_BSYNC("@kyvejs/tendermint-bsync");

  private final String poolName;

  BlockRuntime(final String poolName) {
    this.poolName = poolName;
  }

  /** The name that the pool's record gives. */
  public String poolName() {
    return poolName;
  }
}
