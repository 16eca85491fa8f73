package dev.understudy.shim.source;

import java.net.URI;
import java.util.Optional;

/** KYVE's own chains and where their REST is served by default. */
public enum KyveNetwork {
  KYVE_1("kyve-1", "https://api.kyve.network"),
  KAON_1("kaon-1", "https://api.kaon.kyve.network"),
  KORELLIA_2("korellia-2", "https://api.korellia.kyve.network");

  private final String chainId;
  private final URI rest;

  KyveNetwork(final String chainId, final String rest) {
    this.chainId = chainId;
    this.rest = URI.create(rest);
  }

  public String chainId() {
    return chainId;
  }

  public URI rest() {
    return rest;
  }

  public static Optional<KyveNetwork> named(final String chainId) {
    for (final KyveNetwork network : values()) {
      if (network.chainId.equals(chainId)) {
        return Optional.of(network);
      }
    }
    return Optional.empty();
  }
}
