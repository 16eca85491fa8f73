package dev.understudy.shim.source;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything a source must be told.
 *
 * @param poolId the pool to read
 * @param chainRest the chain's REST, one address or several that serve the same chain
 * @param cacheDirectory where bundles lie; used by one process at a time, created if absent
 * @param follow whether a cursor waits at the archive's end for new bundles
 * @param checkRoots whether items are checked against the Merkle root, where a bundle states one
 */
public record SourceConfig(
    long poolId,
    List<URI> chainRest,
    StorageGateways gateways,
    Path cacheDirectory,
    boolean follow,
    boolean checkRoots,
    SourceLimits limits,
    SourcePatience patience) {

  public SourceConfig {
    if (poolId < 0) {
      throw new IllegalArgumentException("pools are numbered from 0");
    }
    chainRest = WebAddress.requireAll(chainRest);
    if (chainRest.isEmpty()) {
      throw new IllegalArgumentException("the chain's REST needs at least one address");
    }
  }

  /** KYVE's main network with its usual gateways. */
  public static SourceConfig ofPool(final long poolId, final Path cacheDirectory) {
    return new SourceConfig(
        poolId,
        List.of(KyveNetwork.KYVE_1.rest()),
        StorageGateways.DEFAULTS,
        cacheDirectory,
        false,
        true,
        SourceLimits.DEFAULTS,
        SourcePatience.DEFAULTS);
  }

  public SourceConfig withChainRest(final List<URI> addresses) {
    return new SourceConfig(
        poolId, addresses, gateways, cacheDirectory, follow, checkRoots, limits, patience);
  }

  public SourceConfig withGateways(final StorageGateways other) {
    return new SourceConfig(
        poolId, chainRest, other, cacheDirectory, follow, checkRoots, limits, patience);
  }

  public SourceConfig withFollow(final boolean wait) {
    return new SourceConfig(
        poolId, chainRest, gateways, cacheDirectory, wait, checkRoots, limits, patience);
  }

  public SourceConfig withCheckRoots(final boolean check) {
    return new SourceConfig(
        poolId, chainRest, gateways, cacheDirectory, follow, check, limits, patience);
  }

  public SourceConfig withLimits(final SourceLimits other) {
    return new SourceConfig(
        poolId, chainRest, gateways, cacheDirectory, follow, checkRoots, other, patience);
  }

  public SourceConfig withPatience(final SourcePatience other) {
    return new SourceConfig(
        poolId, chainRest, gateways, cacheDirectory, follow, checkRoots, limits, other);
  }
}
