package dev.understudy.shim;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.Set;

/**
 * Apps that keep in memory what a restored snapshot has made wrong must be restarted before the
 * next block. A child always is; a separate one is its operator's.
 */
final class RestartRule {
  /** Known from KSYNC, whose source wonders which others there are. */
  private static final Set<String> CHAINS = Set.of("dydx-mainnet-1");

  private RestartRule() {}

  /**
   * Fails after a restore where the app is separate and must be restarted; the home is sealed, and
   * the next run goes on by blocks.
   *
   * @param asked whether the operator says that this chain's app needs it
   */
  static void requireNoRestart(
      final SyncConfig.App app, final StateSyncReport restored, final boolean asked)
      throws FailureException {
    if (!(app instanceof SyncConfig.Separate)
        || !(asked || CHAINS.contains(restored.chainId()))
        || !restored.restored()) {
      return;
    }
    throw new FailureException(
        FailureKind.HOME_STATE,
        "the snapshot of height %d is restored; the app of chain '%s' must be restarted before it"
                .formatted(restored.height(), restored.chainId())
            + " gets blocks",
        "Restart it, then run the same command again: it goes on by blocks from there.");
  }
}
