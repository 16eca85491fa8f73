package dev.understudy.tools.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.source.kyve.SourceRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a chain before a home for it is made. Registries are kept by hand: all of this
 * is a hint, but for the chain id, which the genesis file must repeat.
 *
 * @param daemon name of the chain's program
 * @param genesis where the genesis file is: a path or a web address
 * @param seeds as {@code id@host:port}
 * @param peers as {@code id@host:port}
 */
public record ChainFacts(
    String chainId,
    Optional<String> daemon,
    Optional<String> genesis,
    List<String> seeds,
    List<String> peers) {
  private static final String PEER = "[0-9a-fA-F]{40}@[A-Za-z0-9.:\\[\\]_-]{1,253}";

  public ChainFacts {
    seeds = List.copyOf(seeds);
    peers = List.copyOf(peers);
  }

  /** Only the id. */
  public static ChainFacts named(final String chainId) {
    return new ChainFacts(chainId, Optional.empty(), Optional.empty(), List.of(), List.of());
  }

  /** From the chain-registry's {@code chain.json}. */
  public static ChainFacts ofChainJson(final byte[] text) throws IOException {
    final JsonNode chain = new ObjectMapper().readTree(text);
    final String id = chain.path("chain_id").asText("");
    if (!id.matches("[A-Za-z0-9._-]{1,50}")) {
      throw new IOException("it has no chain_id: it is no chain.json of the chain-registry");
    }
    final JsonNode newer = chain.path("codebase").path("genesis").path("genesis_url");
    return new ChainFacts(
        id,
        text(chain.path("daemon_name")).filter(name -> name.matches("[A-Za-z0-9._-]+")),
        text(newer).or(() -> text(chain.path("genesis").path("genesis_url"))),
        addresses(chain.path("peers").path("seeds")),
        addresses(chain.path("peers").path("persistent_peers")));
  }

  /** From KYVE's source-registry, which lists no peers. */
  public static ChainFacts ofRegistry(final SourceRegistry registry, final String chainId) {
    return new ChainFacts(
        chainId,
        registry.binaryName(chainId).filter(name -> name.matches("[A-Za-z0-9._-]+")),
        registry.genesisUrl(chainId),
        List.of(),
        List.of());
  }

  /** What a flag says instead. */
  public ChainFacts with(
      final Optional<String> otherGenesis,
      final List<String> otherSeeds,
      final List<String> otherPeers) {
    return new ChainFacts(
        chainId,
        daemon,
        otherGenesis.or(() -> genesis),
        otherSeeds.isEmpty() ? seeds : otherSeeds,
        otherPeers.isEmpty() ? peers : otherPeers);
  }

  /** Whether config.toml takes it as a peer's address. */
  public static boolean isPeer(final String address) {
    return address.matches(PEER);
  }

  private static Optional<String> text(final JsonNode node) {
    return Optional.of(node.asText("").strip()).filter(found -> !found.isEmpty());
  }

  private static List<String> addresses(final JsonNode list) {
    final List<String> found = new ArrayList<>();
    for (final JsonNode peer : list) {
      final String address =
          peer.path("id").asText("").strip() + "@" + peer.path("address").asText("").strip();
      if (isPeer(address)) {
        found.add(address);
      }
    }
    return found;
  }
}
