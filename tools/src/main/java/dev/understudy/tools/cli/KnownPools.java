package dev.understudy.tools.cli;

import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.Map;

/** The block pools of KYVE's main network, by the id of the chain that they archive. */
final class KnownPools {
  private static final Map<String, Long> BLOCK_POOLS =
      Map.ofEntries(
          Map.entry("cosmoshub-4", 0L),
          Map.entry("osmosis-1", 1L),
          Map.entry("archway-1", 2L),
          Map.entry("axelar-dojo-1", 3L),
          Map.entry("cronosmainnet_25-1", 5L),
          Map.entry("noble-1", 7L),
          Map.entry("celestia", 9L),
          Map.entry("source-1", 11L),
          Map.entry("dydx-mainnet-1", 13L),
          Map.entry("andromeda-1", 14L),
          Map.entry("xion-mainnet-1", 16L),
          Map.entry("lava-mainnet-1", 18L));

  private KnownPools() {}

  static long blockPoolOf(final HomeLayout layout) throws FailureException {
    final String chainId = GenesisFile.readChainId(layout);
    final Long pool = BLOCK_POOLS.get(chainId);
    if (pool == null) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "no block pool is known for chain '%s'".formatted(chainId),
          "Give --block-pool-id.");
    }
    return pool;
  }
}
