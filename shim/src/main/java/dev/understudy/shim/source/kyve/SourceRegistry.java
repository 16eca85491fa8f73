package dev.understudy.shim.source.kyve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.shim.source.Printable;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * KYVE's list of chains (source-registry, registry.yml), of which what a node needs is read:
 * upgrades and engines by height, the genesis file's address, and KSYNC's pools. It is kept by hand
 * and has faults: a hint, not an authority.
 */
public final class SourceRegistry {
  /** Where KYVE keeps it; KSYNC reads the same. */
  public static final URI PUBLISHED =
      URI.create(
          "https://raw.githubusercontent.com/KYVENetwork/source-registry/main/.github/registry.yml");

  private static final int MAX_BYTES = 2 * 1024 * 1024;

  private final JsonNode chains;

  private SourceRegistry(final JsonNode chains) {
    this.chains = chains;
  }

  /** Reads it from a file or over http; one try. */
  public static SourceRegistry read(
      final Vertx vertx, final URI where, final SourcePatience patience)
      throws FailureException, InterruptedException {
    try {
      final byte[] text = NamedDocument.at(where).read(vertx, patience, MAX_BYTES);
      return new SourceRegistry(new YAMLMapper().readTree(text));
    } catch (final JsonProcessingException e) {
      throw unusable(where, "it is no YAML: " + Printable.of(e.getOriginalMessage()), e);
    } catch (final IOException e) {
      throw unusable(where, Printable.of(String.valueOf(e.getMessage())), e);
    }
  }

  private static FailureException unusable(final URI where, final String why, final Exception e) {
    return new FailureException(
        FailureKind.ARCHIVE,
        "the registry of chains can't be read from " + where + ": " + why,
        "Try again later, or name a copy of it with --registry.",
        e);
  }

  /** The engine that KSYNC is to take for a height, by KSYNC's name for it; a hint as well. */
  public Optional<String> engineAt(final String chainId, final long height) {
    String engine = "";
    long from = -1;
    for (final JsonNode upgrade : upgradesOf(chainId)) {
      final long begins = upgrade.path("height").asLong();
      if (begins <= height && begins >= from) {
        from = begins;
        engine = upgrade.path("ksync-engine").asText("");
      }
    }
    return Optional.of(engine).filter(name -> !name.isEmpty());
  }

  /**
   * A chain as the registry lists it for one of KYVE's networks.
   *
   * @param blockPool the pool that KSYNC takes blocks from
   * @param snapshotPool the pool that KSYNC takes snapshots from
   */
  public record Listed(
      String chainId, String title, OptionalLong blockPool, OptionalLong snapshotPool) {}

  /** The chains that have a pool on a network ({@code kyve-1}, {@code kaon-1}), by their ids. */
  public List<Listed> chainsOn(final String network) {
    final List<Listed> listed = new ArrayList<>();
    final Iterator<String> ids = chains.fieldNames();
    while (ids.hasNext()) {
      final String id = ids.next();
      final JsonNode on = chains.path(id).path("networks").path(network(network));
      final JsonNode ksync = on.path("integrations").path("ksync");
      if (!ksync.isObject()) {
        continue;
      }
      listed.add(
          new Listed(
              Printable.of(id),
              Printable.of(on.path("source-metadata").path("title").asText("")),
              pool(ksync.path("block-sync-pool")),
              pool(ksync.path("state-sync-pool"))));
    }
    listed.sort(Comparator.comparing(Listed::chainId));
    return listed;
  }

  /** KYVE's own file names the networks with and without their number. */
  private String network(final String network) {
    for (final JsonNode chain : chains) {
      if (chain.path("networks").has(network)) {
        return network;
      }
    }
    return network.replaceFirst("-[0-9]+$", "");
  }

  private static OptionalLong pool(final JsonNode id) {
    final String text = id.asText("");
    return text.matches("[0-9]{1,9}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /** Where the chain's genesis file is; empty where the registry does not say it. */
  public Optional<String> genesisUrl(final String chainId) {
    return textOf(
        chains
            .path(chainId)
            .path("codebase")
            .path("settings")
            .path("cosmos-properties")
            .path("genesis-url"));
  }

  /** The name of the chain's program, from any network that has it. */
  public Optional<String> binaryName(final String chainId) {
    for (final JsonNode network : chains.path(chainId).path("networks")) {
      final Optional<String> name =
          textOf(network.path("integrations").path("ksync").path("binary-name"));
      if (name.isPresent()) {
        return name;
      }
    }
    return Optional.empty();
  }

  public boolean knows(final String chainId) {
    return chains.path(chainId).isObject();
  }

  private static Optional<String> textOf(final JsonNode node) {
    return Optional.of(node.asText("")).filter(text -> !text.isBlank());
  }

  private JsonNode upgradesOf(final String chainId) {
    return chains.path(chainId).path("codebase").path("settings").path("upgrades");
  }

  /** The chain's upgrades as the registry lists them; none for a chain that it does not know. */
  public List<UpgradePlan> upgrades(final String chainId) {
    final List<UpgradePlan> plans = new ArrayList<>();
    for (final JsonNode upgrade : upgradesOf(chainId)) {
      final String name = upgrade.path("name").asText("");
      final long height = upgrade.path("height").asLong();
      if (UpgradePlan.isValid(name, height)) {
        plans.add(new UpgradePlan(name, height));
      }
    }
    return plans;
  }
}
