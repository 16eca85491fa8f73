package dev.understudy.tools.cli;

import dev.understudy.shim.source.KyveNetwork;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where archived blocks come from. */
final class SourceOptions {
  @Option(
      names = {"-c", "--chain-id"},
      defaultValue = "kyve-1",
      paramLabel = "ID",
      description =
          "KYVE's chain that the pool is on: kyve-1, kaon-1 or korellia-2 (default:"
              + " ${DEFAULT-VALUE}).")
  private String chainId = "kyve-1";

  @Option(
      names = "--chain-rest",
      split = ",",
      paramLabel = "URL",
      description =
          "REST of that chain instead of the usual one; several, separated by commas, share the"
              + " work.")
  private List<String> chainRest = List.of();

  @Option(
      names = "--storage-rest",
      split = ",",
      paramLabel = "URL",
      description =
          "Gateway for every bundle whatever its storage provider; several, separated by commas,"
              + " share the work.")
  private List<String> storageRest = List.of();

  @Option(
      names = "--arweave-gateway",
      split = ",",
      paramLabel = "URL",
      description = "Gateways for storage providers 1, 2 and 4 (default: https://arweave.net).")
  private List<String> arweave = List.of();

  @Option(
      names = "--kyve-gateway",
      split = ",",
      paramLabel = "URL",
      description = "Gateways for storage provider 3 (default: https://storage.kyve.network).")
  private List<String> kyve = List.of();

  @Option(
      names = "--load-gateway",
      split = ",",
      paramLabel = "URL",
      description = "Gateways for storage provider 5, /resolve included (no default).")
  private List<String> load = List.of();

  @Option(
      names = "--walrus-gateway",
      split = ",",
      paramLabel = "URL",
      description = "Aggregators for storage provider 6, /v1/blobs included.")
  private List<String> walrus = List.of();

  @Option(
      names = "--connections",
      defaultValue = "8",
      paramLabel = "N",
      description = "Bundles downloaded at the same time, 1 to 256 (default: ${DEFAULT-VALUE}).")
  private int connections = 8;

  @Option(
      names = "--prefetch-mib",
      defaultValue = "256",
      paramLabel = "MIB",
      description = "Bytes fetched ahead, on disk, in MiB (default: ${DEFAULT-VALUE}).")
  private long prefetchMib = 256;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description = "Where bundles are kept (default: HOME/understudy/cache).")
  private @Nullable Path cacheDir;

  @Option(
      names = "--cache-mib",
      defaultValue = "2048",
      paramLabel = "MIB",
      description = "Largest size of the cache in MiB (default: ${DEFAULT-VALUE}).")
  private long cacheMib = 2048;

  @Option(
      names = "--follow",
      description = "Wait at the archive's end for new bundles instead of stopping there.")
  private boolean follow;

  @Option(
      names = "--check-roots",
      defaultValue = "true",
      fallbackValue = "true",
      negatable = true,
      description =
          "Check bundles against the Merkle root in their summary as well (default:"
              + " ${DEFAULT-VALUE}).")
  private boolean checkRoots = true;

  SourceConfig toConfig(final long poolId, final Path defaultCache) throws FailureException {
    return config(poolId, cacheDir == null ? defaultCache : cacheDir);
  }

  /** For the snapshot pool beside that of the blocks: with a cache of its own, and an end. */
  SourceConfig toSnapshotConfig(final long poolId, final Path defaultCache)
      throws FailureException {
    final Path beside =
        HomeLayout.snapshotCacheBeside(
            (cacheDir == null ? defaultCache : cacheDir).toAbsolutePath().normalize());
    return config(poolId, beside).withFollow(false);
  }

  private SourceConfig config(final long poolId, final Path cache) throws FailureException {
    try {
      final SourceConfig base = SourceConfig.ofPool(poolId, cache);
      final StorageGateways usual = StorageGateways.DEFAULTS;
      return base.withChainRest(
              chainRest.isEmpty() ? List.of(network(chainId).rest()) : uris(chainRest))
          .withGateways(
              new StorageGateways(
                  uris(storageRest),
                  arweave.isEmpty() ? usual.arweave() : uris(arweave),
                  kyve.isEmpty() ? usual.kyve() : uris(kyve),
                  uris(load),
                  walrus.isEmpty() ? usual.walrus() : uris(walrus)))
          .withFollow(follow)
          .withCheckRoots(checkRoots)
          .withLimits(
              base.limits()
                  .withConnections(connections)
                  .withBudgetBytes(Mebibytes.bytes(prefetchMib))
                  .withCacheBytes(Mebibytes.bytes(cacheMib)));
    } catch (final IllegalArgumentException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the source can't be used as given: " + e.getMessage(),
          "Correct the flag (or variable, or config file) that names it.",
          e);
    }
  }

  /** KYVE's chain of this name, or what to do where there is none. */
  static KyveNetwork network(final String chainId) throws FailureException {
    return KyveNetwork.named(chainId)
        .orElseThrow(
            () ->
                new FailureException(
                    FailureKind.CONFIGURATION,
                    "--chain-id %s is none of KYVE's chains".formatted(chainId),
                    "Take kyve-1, kaon-1 or korellia-2 (it is KYVE's chain, not the one to sync),"
                        + " or give --chain-rest."));
  }

  private static List<URI> uris(final List<String> texts) {
    final List<URI> uris = new ArrayList<>();
    for (final String text : texts) {
      uris.add(URI.create(text.strip()));
    }
    return uris;
  }
}
