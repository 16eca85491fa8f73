package dev.understudy.shim;

import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.json.BlockRuntime;

/**
 * What the runs of a sync work with, whichever way the app is reached. Home and bundles are closed
 * by whoever opened them.
 */
record SyncJob(
    HeldHome home,
    GenesisDoc genesis,
    BundleSource bundles,
    PoolInfo pool,
    BlockRuntime runtime,
    long beganNanos) {
  SyncJob with(final GenesisDoc read) {
    return new SyncJob(home, read, bundles, pool, runtime, beganNanos);
  }
}
