package dev.understudy.shim;

import dev.understudy.shim.source.PoolInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.json.BlockRuntime;

/** What a pool must be to serve blocks. Stateless. */
final class BlockPool {
  private BlockPool() {}

  static BlockRuntime runtimeOf(final PoolInfo pool) throws FailureException {
    return pool.runtime()
        .blocks()
        .orElseThrow(
            () ->
                new FailureException(
                    FailureKind.CONFIGURATION,
                    "pool %d ('%s') holds no blocks: its runtime is %s"
                        .formatted(pool.id(), pool.name(), pool.runtime().archiveName()),
                    "Give --block-pool-id a pool with the runtime @kyvejs/tendermint or"
                        + " @kyvejs/tendermint-bsync."));
  }

  static void requireSnapshots(final PoolInfo pool) throws FailureException {
    if (pool.runtime().holdsBlocks()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "pool %d ('%s') holds no snapshots: its runtime is %s"
              .formatted(pool.id(), pool.name(), pool.runtime().archiveName()),
          "Give --snapshot-pool-id a pool with the runtime @kyvejs/tendermint-ssync.");
    }
  }
}
