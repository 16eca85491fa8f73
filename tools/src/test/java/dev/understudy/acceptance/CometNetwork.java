package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Validators of cometbft, each with its own kvstore app over a socket. */
public final class CometNetwork extends RealNetwork {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestBed bed;
  private final Path cometbft;

  private CometNetwork(
      final TestBed bed, final Path cometbft, final String chainId, final List<RealNode> nodes) {
    super(chainId, nodes);
    this.bed = bed;
    this.cometbft = cometbft;
  }

  /** A network of cometbft 0.38, not started: one validator ({@code node0}, …) for each power. */
  public static CometNetwork create(final TestBed bed, final String chainId, final long... powers) {
    return create(bed, RealNodes.binary(RealBinary.COMETBFT_0_38), chainId, powers);
  }

  public static CometNetwork create(
      final TestBed bed, final Path cometbft, final String chainId, final long... powers) {
    final List<RealNode> nodes = new ArrayList<>();
    for (int i = 0; i < powers.length; i++) {
      final NodeHome home = NodeHome.ofComet(bed, "node" + i, cometbft);
      nodes.add(new RealNode(bed, cometbft, home, KvApp.of(bed, home)));
    }
    try {
      writeGenesis(chainId, nodes.stream().map(RealNode::home).toList(), powers);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CometNetwork(bed, cometbft, chainId, nodes);
  }

  @Override
  public NodeHome newHome(final String name) {
    final NodeHome home = NodeHome.ofComet(bed, name, cometbft);
    home.useGenesis(node(0).home().genesis());
    home.config().set("p2p", "persistent_peers", peersFor(home));
    return home;
  }

  @Override
  public RealNode nodeOn(final NodeHome home) {
    return new RealNode(bed, cometbft, home, KvApp.of(bed, home));
  }

  /** The public key of a validator, in base64. */
  public String publicKey(final int index) {
    try {
      final JsonNode key = JSON.readTree(node(index).home().validatorKey().toFile());
      return key.at("/pub_key/value").asText();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The kvstore's tx that gives a validator another power; 0 removes it. */
  public static byte[] powerTx(final String publicKey, final long power) {
    return ("val=ed25519!" + publicKey + "!" + power).getBytes(StandardCharsets.UTF_8);
  }

  static void writeGenesis(final String chainId, final List<NodeHome> homes, final long... powers)
      throws IOException {
    final Path first = homes.get(0).genesis();
    final ObjectNode genesis = (ObjectNode) JSON.readTree(first.toFile());
    genesis.put("chain_id", chainId).put("initial_height", "1");
    final ArrayNode validators = genesis.putArray("validators");
    for (int i = 0; i < powers.length; i++) {
      final JsonNode key = JSON.readTree(homes.get(i).validatorKey().toFile());
      validators
          .addObject()
          .put("address", key.path("address").asText())
          .put("power", Long.toString(powers[i]))
          .put("name", homes.get(i).name())
          .set("pub_key", key.path("pub_key"));
    }
    JSON.writerWithDefaultPrettyPrinter().writeValue(first.toFile(), genesis);
    for (final NodeHome home : homes.subList(1, homes.size())) {
      home.useGenesis(first);
    }
  }
}
