package dev.understudy.shim.source.kyve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.Finalization;
import dev.understudy.shim.source.ItemKey;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.Printable;
import dev.understudy.shim.source.kyve.GatewayFault.Weight;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The chain's REST answers as values. Numbers may be written as numbers or in strings. Whatever
 * does not have the right form is the fault of the gateway that answered.
 */
final class KyveJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(64)
                      .maxStringLength(1024 * 1024)
                      .maxNumberLength(40)
                      .maxNameLength(1024)
                      .build())
              .build());

  /** One page of the bundle list; the key of the next, if there is one. */
  record Page(List<BundleRef> bundles, Optional<String> nextKey) {
    Page {
      bundles = List.copyOf(bundles);
    }
  }

  private KyveJson() {}

  static JsonNode parse(final byte[] answer) throws GatewayFault {
    try {
      final JsonNode root = MAPPER.readTree(answer);
      if (root != null && root.isObject()) {
        return root;
      }
    } catch (final IOException malformed) {
      throw new GatewayFault(Weight.LIED, "the answer is no JSON: " + shown(answer));
    }
    throw new GatewayFault(Weight.LIED, "the answer is no JSON object: " + shown(answer));
  }

  private static String shown(final byte[] answer) {
    final int length = Math.min(answer.length, 80);
    return "'"
        + Printable.of(new String(answer, 0, length, java.nio.charset.StandardCharsets.UTF_8))
        + "'";
  }

  static PoolInfo pool(final byte[] answer, final long poolId)
      throws GatewayFault, FailureException {
    final JsonNode pool = parse(answer).path("pool");
    final long id = number(pool, "id");
    if (id != poolId) {
      throw new GatewayFault(
          Weight.LIED, "asked for pool " + poolId + ", answered with pool " + id);
    }
    final JsonNode data = pool.path("data");
    final PoolRuntime runtime = PoolRuntime.named(poolId, text(data, "runtime"));
    final String currentKey = data.path("current_key").asText("");
    final String startKey = text(data, "start_key");
    try {
      ItemKey.parse(startKey);
      if (!currentKey.isEmpty()) {
        ItemKey.parse(currentKey);
      }
    } catch (final IllegalArgumentException malformed) {
      throw new GatewayFault(Weight.LIED, "pool data with " + malformed.getMessage());
    }
    return new PoolInfo(
        id,
        Printable.of(data.path("name").asText("")),
        runtime,
        startKey,
        currentKey.isEmpty() ? Optional.empty() : Optional.of(currentKey),
        number(data, "total_bundles"),
        data.path("disabled").asBoolean(false),
        data.path("config").asText(""));
  }

  static Page page(final byte[] answer, final long poolId) throws GatewayFault {
    final JsonNode root = parse(answer);
    final JsonNode listed = root.path("finalized_bundles");
    if (!listed.isArray()) {
      throw new GatewayFault(Weight.LIED, "an answer without finalized_bundles");
    }
    final List<BundleRef> bundles = new ArrayList<>();
    for (final JsonNode bundle : listed) {
      bundles.add(bundle(bundle, poolId));
    }
    final String nextKey = root.path("pagination").path("next_key").asText("");
    final boolean usable = !nextKey.isEmpty() && !"null".equals(nextKey) && nextKey.length() < 512;
    return new Page(bundles, usable ? Optional.of(nextKey) : Optional.empty());
  }

  static BundleRef bundle(final byte[] answer, final long poolId) throws GatewayFault {
    return bundle(parse(answer), poolId);
  }

  private static BundleRef bundle(final JsonNode bundle, final long poolId) throws GatewayFault {
    final long pool = number(bundle, "pool_id");
    if (pool != poolId) {
      throw new GatewayFault(
          Weight.LIED, "asked for bundles of pool " + poolId + ", answered with pool " + pool);
    }
    try {
      return new BundleRef(
          pool,
          number(bundle, "id"),
          text(bundle, "storage_id"),
          number(bundle, "storage_provider_id"),
          number(bundle, "compression_id"),
          ItemKey.parse(text(bundle, "from_key")),
          ItemKey.parse(text(bundle, "to_key")),
          text(bundle, "data_hash").toLowerCase(Locale.ROOT),
          merkleRoot(bundle.path("bundle_summary").asText("")));
    } catch (final IllegalArgumentException malformed) {
      throw new GatewayFault(
          Weight.LIED,
          "bundle " + number(bundle, "id") + " of the list has " + malformed.getMessage());
    }
  }

  /** What old bundles don't tell, or what is no number, is left out. */
  static Finalization finalization(final byte[] answer) throws GatewayFault {
    final JsonNode root = parse(answer);
    final Optional<BigInteger> height = whole(root.path("finalized_at").path("height"));
    final Optional<BigInteger> valid = whole(root.path("stake_security").path("valid_vote_power"));
    final Optional<BigInteger> total = whole(root.path("stake_security").path("total_vote_power"));
    return new Finalization(
        height.filter(h -> h.bitLength() < Long.SIZE).map(BigInteger::longValue),
        valid.isPresent() && total.isPresent()
            ? Optional.of(new Finalization.Stake(valid.get(), total.get()))
            : Optional.empty());
  }

  private static Optional<BigInteger> whole(final JsonNode value) {
    final String text = value.asText("");
    return text.matches("[0-9]{1,40}") ? Optional.of(new BigInteger(text)) : Optional.empty();
  }

  /** Old summaries are free text: one without a well-formed root states none. */
  private static Optional<String> merkleRoot(final String summary) {
    if (!summary.startsWith("{")) {
      return Optional.empty();
    }
    try {
      final String root = MAPPER.readTree(summary).path("merkle_root").asText("");
      return root.matches("[0-9a-fA-F]{64}")
          ? Optional.of(root.toLowerCase(Locale.ROOT))
          : Optional.empty();
    } catch (final IOException freeText) {
      return Optional.empty();
    }
  }

  /** The form in which {@link BundleList} keeps a bundle: the list's own. */
  static String write(final BundleRef ref) {
    final ObjectNode node =
        MAPPER
            .createObjectNode()
            .put("pool_id", ref.poolId())
            .put("id", ref.id())
            .put("storage_id", ref.storageId())
            .put("storage_provider_id", ref.storageProvider())
            .put("compression_id", ref.compression())
            .put("from_key", key(ref.fromKey()))
            .put("to_key", key(ref.toKey()))
            .put("data_hash", ref.dataHash());
    ref.merkleRoot()
        .ifPresent(root -> node.put("bundle_summary", "{\"merkle_root\":\"" + root + "\"}"));
    return node.toString();
  }

  private static String key(final ItemKey key) {
    return key.height() + "/" + key.chunk();
  }

  private static String text(final JsonNode parent, final String name) throws GatewayFault {
    final JsonNode value = parent.path(name);
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw new GatewayFault(Weight.LIED, "an answer without " + name);
    }
    return value.asText();
  }

  private static long number(final JsonNode parent, final String name) throws GatewayFault {
    final String text = text(parent, name);
    if (!text.matches("[0-9]{1,18}")) {
      throw new GatewayFault(
          Weight.LIED, "an answer with the number " + name + " '" + Printable.of(text) + "'");
    }
    return Long.parseLong(text);
  }
}
