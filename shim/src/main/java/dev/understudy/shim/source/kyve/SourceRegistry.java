package dev.understudy.shim.source.kyve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.shim.source.Printable;
import dev.understudy.shim.source.SourceMetrics;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * KYVE's list of chains (source-registry, registry.yml), of which only the upgrades are read: names
 * and heights by chain id. It is kept by hand and has faults: a hint, not an authority.
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
      final byte[] text =
          "file".equals(where.getScheme()) ? file(where) : web(vertx, where, patience);
      return new SourceRegistry(new YAMLMapper().readTree(text));
    } catch (final JsonProcessingException e) {
      throw unusable(where, "it is no YAML: " + Printable.of(e.getOriginalMessage()), e);
    } catch (final IOException | GatewayFault e) {
      throw unusable(where, Printable.of(String.valueOf(e.getMessage())), e);
    }
  }

  private static byte[] file(final URI where) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(where))) {
      final byte[] text = in.readNBytes(MAX_BYTES + 1);
      if (text.length > MAX_BYTES) {
        throw new IOException("it is longer than " + MAX_BYTES + " bytes");
      }
      return text;
    }
  }

  private static byte[] web(final Vertx vertx, final URI where, final SourcePatience patience)
      throws GatewayFault, InterruptedException {
    try (HttpFetcher http =
        new HttpFetcher(vertx, 1, patience, new SourceMetrics(), InstantSource.system())) {
      return http.getBytes(where, MAX_BYTES);
    }
  }

  private static FailureException unusable(final URI where, final String why, final Exception e) {
    return new FailureException(
        FailureKind.ARCHIVE,
        "the registry of chains can't be read from " + where + ": " + why,
        "Try again later, or name a copy of it with --registry.",
        e);
  }

  /** The chain's upgrades as the registry lists them; none for a chain that it does not know. */
  public List<UpgradePlan> upgrades(final String chainId) {
    final List<UpgradePlan> plans = new ArrayList<>();
    for (final JsonNode upgrade :
        chains.path(chainId).path("codebase").path("settings").path("upgrades")) {
      final String name = upgrade.path("name").asText("");
      final long height = upgrade.path("height").asLong();
      if (UpgradePlan.isValid(name, height)) {
        plans.add(new UpgradePlan(name, height));
      }
    }
    return plans;
  }
}
