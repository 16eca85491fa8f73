package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Validators of cometbft, each with its own kvstore app over a socket. */
public final class CometNetwork extends RealNetwork {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestBed bed;
  private final Function<NodeHome, RealNode> nodeMaker;
  private final RealLine line;

  private CometNetwork(
      final TestBed bed,
      final RealLine line,
      final Function<NodeHome, RealNode> nodeMaker,
      final String chainId,
      final List<RealNode> nodes) {
    super(chainId, nodes);
    this.bed = bed;
    this.line = line;
    this.nodeMaker = nodeMaker;
  }

  /** A network of cometbft 0.38, not started: one validator ({@code node0}, …) for each power. */
  public static CometNetwork create(final TestBed bed, final String chainId, final long... powers) {
    return create(bed, RealLine.LINE_0_38, chainId, powers);
  }

  /** A network of a line's nodes and kvstores, not started. */
  static CometNetwork create(
      final TestBed bed, final RealLine line, final String chainId, final long... powers) {
    return create(bed, line, line.node(), chainId, home -> line.app(bed, home, "socket"), powers);
  }

  /** The same with another build of the line's node, and apps of the caller's. */
  static CometNetwork create(
      final TestBed bed,
      final RealLine line,
      final RealBinary node,
      final String chainId,
      final Function<NodeHome, KvApp> app,
      final long... powers) {
    final Path program = RealNodes.binary(node);
    final Function<NodeHome, RealNode> nodeMaker =
        home -> new RealNode(bed, program, home, app.apply(home));
    final List<RealNode> nodes = new ArrayList<>();
    for (int i = 0; i < powers.length; i++) {
      nodes.add(nodeMaker.apply(line.home(bed, "node" + i)));
    }
    try {
      writeGenesis(chainId, nodes.stream().map(RealNode::home).toList(), powers);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CometNetwork(bed, line, nodeMaker, chainId, nodes);
  }

  @Override
  NodeHome freshHome(final String name) {
    return line.home(bed, name);
  }

  @Override
  public RealNode nodeOn(final NodeHome home) {
    return nodeMaker.apply(home);
  }

  /** Changes the genesis file of every home, before anything is started. */
  CometNetwork withGenesis(final Consumer<ObjectNode> change) {
    try {
      for (final RealNode node : nodes()) {
        final File genesis = node.home().genesis().toFile();
        final ObjectNode root = (ObjectNode) JSON.readTree(genesis);
        change.accept(root);
        JSON.writerWithDefaultPrettyPrinter().writeValue(genesis, root);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /**
   * Gives each validator a new key of a kind, before anything is started; the genesis file allows
   * them all.
   */
  CometNetwork withKeys(final List<String> types) {
    final Path valkey = RealNodes.binary(RealBinary.VALKEY);
    for (int i = 0; i < types.size(); i++) {
      final NodeHome home = node(i).home();
      final Path state = home.data().resolve("priv_validator_state.json");
      Command.output(valkey, types.get(i), home.validatorKey() + "", state + "");
    }
    return withGenesis(
        genesis -> {
          for (int i = 0; i < types.size(); i++) {
            final JsonNode key = keyOf(i);
            ((ObjectNode) genesis.path("validators").get(i))
                .put("address", key.path("address").asText())
                .set("pub_key", key.path("pub_key"));
          }
          final ArrayNode allowed =
              genesis.withObject("/consensus_params/validator").putArray("pub_key_types");
          types.stream().distinct().forEach(allowed::add);
        });
  }

  RealLine line() {
    return line;
  }

  /** The public key of a validator, in base64. */
  public String publicKey(final int index) {
    return keyOf(index).at("/pub_key/value").asText();
  }

  private JsonNode keyOf(final int index) {
    try {
      return JSON.readTree(node(index).home().validatorKey().toFile());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tx of 0.38's kvstore that gives a validator another power; 0 removes it. */
  public static byte[] powerTx(final String publicKey, final long power) {
    return RealLine.LINE_0_38.powerTx(publicKey, power);
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
