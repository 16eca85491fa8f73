package dev.understudy.shim.source;

import java.net.URI;
import java.util.List;

/**
 * Where each storage network is reached. An address is what stands before a storage id, without the
 * last slash. {@code override}, when not empty, is used for every bundle whatever its provider.
 *
 * @param walrus addresses of Walrus aggregators, {@code /v1/blobs} included
 */
public record StorageGateways(
    List<URI> override, List<URI> arweave, List<URI> kyve, List<URI> load, List<URI> walrus) {

  /** Load has no gateway that is open to all, so that one must be given where a pool needs it. */
  public static final StorageGateways DEFAULTS =
      new StorageGateways(
          List.of(),
          List.of(URI.create("https://arweave.net")),
          List.of(URI.create("https://storage.kyve.network")),
          List.of(),
          List.of(URI.create("https://aggregator.walrus-mainnet.walrus.space/v1/blobs")));

  public StorageGateways {
    override = WebAddress.requireAll(override);
    arweave = WebAddress.requireAll(arweave);
    kyve = WebAddress.requireAll(kyve);
    load = WebAddress.requireAll(load);
    walrus = WebAddress.requireAll(walrus);
  }

  public StorageGateways withOverride(final List<URI> addresses) {
    return new StorageGateways(addresses, arweave, kyve, load, walrus);
  }

  /** The gateways of this provider, without the override; may be empty. */
  public List<URI> of(final StorageProvider provider) {
    return switch (provider) {
      case ARWEAVE, BUNDLR, TURBO -> arweave;
      case KYVE -> kyve;
      case LOAD -> load;
      case WALRUS -> walrus;
    };
  }
}
