package dev.understudy.shim.source;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.json.BlockRuntime;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a pool's data items are: the runtime of the protocol nodes that archived them. */
public enum PoolRuntime {
  /** Block and block results, as a node's RPC answers them. */
  TENDERMINT(BlockRuntime.TENDERMINT),
  /** The block alone. */
  TENDERMINT_BSYNC(BlockRuntime.TENDERMINT_BSYNC),
  /** State sync snapshots, one chunk an item. */
  TENDERMINT_SSYNC("@kyvejs/tendermint-ssync", Optional.empty());

  private final String archiveName;
  private final Optional<BlockRuntime> blocks;

  PoolRuntime(final BlockRuntime blocks) {
    this(blocks.poolName(), Optional.of(blocks));
  }

  PoolRuntime(final String archiveName, final Optional<BlockRuntime> blocks) {
    this.archiveName = archiveName;
    this.blocks = blocks;
  }

  /** The runtime's name in the pool's data. */
  public String archiveName() {
    return archiveName;
  }

  /** Whether items are blocks: one for each height, so that a missing height is a fault. */
  public boolean holdsBlocks() {
    return blocks.isPresent();
  }

  /** How the blocks are to be read; empty when items are none. */
  public Optional<BlockRuntime> blocks() {
    return blocks;
  }

  /** The runtime with this name in a pool's data; a pool of any other kind can't be synced from. */
  public static PoolRuntime named(final long poolId, final String name) throws FailureException {
    for (final PoolRuntime runtime : values()) {
      if (runtime.archiveName.equals(name)) {
        return runtime;
      }
    }
    throw new FailureException(
        FailureKind.CONFIGURATION,
        "pool " + poolId + " archives with the runtime '" + Printable.of(name) + "'",
        "Choose a pool with one of these runtimes: "
            + Arrays.stream(values())
                .map(PoolRuntime::archiveName)
                .collect(Collectors.joining(", ")));
  }
}
