package dev.understudy.shim.source;

import java.util.Optional;

/**
 * A pool's facts at the moment they were asked for.
 *
 * @param startKey key of the first item the pool archives (or will)
 * @param currentKey key of the last archived item; empty when nothing is archived yet
 * @param totalBundles finalized bundles; their ids are 0 to this number − 1
 * @param configJson the pool's own settings, as the chain keeps them
 */
public record PoolInfo(
    long id,
    String name,
    PoolRuntime runtime,
    String startKey,
    Optional<String> currentKey,
    long totalBundles,
    boolean disabled,
    String configJson) {

  /** The first height of the pool. */
  public long startHeight() {
    return ItemKey.parse(startKey).height();
  }

  /** The last archived height; empty when nothing is archived yet. */
  public Optional<Long> currentHeight() {
    return currentKey.map(key -> ItemKey.parse(key).height());
  }
}
