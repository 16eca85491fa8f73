package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Validators of a line, each with its own {@link E2eApp} over a socket. */
final class E2eNetwork extends RealNetwork {
  static final String ED25519 = "ed25519";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestBed bed;
  private final RealLine line;
  private final E2eApp.Settings settings;
  private final List<E2eApp> apps;

  private E2eNetwork(
      final TestBed bed,
      final RealLine line,
      final E2eApp.Settings settings,
      final List<RealNode> nodes,
      final List<E2eApp> apps) {
    super(settings.chainId(), nodes);
    this.bed = bed;
    this.line = line;
    this.settings = settings;
    this.apps = apps;
  }

  /**
   * What happens in a network's chain.
   *
   * @param keyType of all validators, {@code ed25519} or {@code secp256k1}
   * @param extensionsFrom the height from which votes carry extensions; 0 for never
   */
  record Shape(
      String chainId,
      String keyType,
      long extensionsFrom,
      long snapshotInterval,
      List<Change> changes) {
    Shape {
      changes = List.copyOf(changes);
    }

    /** Votes carry extensions from a height on, and nothing else happens. */
    static Shape extended(final String chainId, final long from) {
      return new Shape(chainId, ED25519, from, 0, List.of());
    }
  }

  /**
   * Another power at a height.
   *
   * @param validator by its index; the one after the last is a fifth that never votes
   */
  record Change(long height, int validator, int power) {}

  /** Not started: one validator ({@code node0}, …) for each power. */
  static E2eNetwork create(
      final TestBed bed, final RealLine line, final Shape shape, final long... powers) {
    final List<NodeHome> homes = new ArrayList<>();
    for (int i = 0; i < powers.length; i++) {
      homes.add(line.home(bed, "node" + i));
    }
    final List<NodeHome> keys = new ArrayList<>(homes);
    if (shape.changes().stream().anyMatch(change -> change.validator() == powers.length)) {
      keys.add(line.home(bed, "silent"));
    }
    if (!shape.keyType().equals(ED25519)) {
      keys.forEach(Secp256k1Key::writeInto);
    }
    final List<E2eApp.PowerChange> changes = new ArrayList<>();
    try {
      CometNetwork.writeGenesis(shape.chainId(), homes, powers);
      writeParams(line, homes.get(0).genesis(), shape);
      for (final Change change : shape.changes()) {
        final String key = publicKey(keys.get(change.validator()));
        changes.add(new E2eApp.PowerChange(change.height(), key, change.power()));
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    homes.subList(1, homes.size()).forEach(home -> home.useGenesis(homes.get(0).genesis()));
    final E2eApp.Settings settings =
        new E2eApp.Settings(shape.chainId(), shape.keyType(), shape.snapshotInterval(), changes);
    return new E2eNetwork(
        bed,
        line,
        settings,
        homes.stream().map(home -> node(bed, line, home)).toList(),
        homes.stream().map(home -> new E2eApp(bed, line.e2eApp(), home, settings)).toList());
  }

  @Override
  NodeHome freshHome(final String name) {
    return line.home(bed, name);
  }

  /** The app is to be started by {@link #appOn}. */
  @Override
  public RealNode nodeOn(final NodeHome home) {
    return node(bed, line, home);
  }

  E2eApp appOn(final NodeHome home) {
    return new E2eApp(bed, line.e2eApp(), home, settings);
  }

  @Override
  public RealNetwork start() {
    apps.forEach(E2eApp::start);
    return super.start();
  }

  private static RealNode node(final TestBed bed, final RealLine line, final NodeHome home) {
    return new RealNode(bed, RealNodes.binary(line.node()), home);
  }

  private static String publicKey(final NodeHome home) throws IOException {
    final JsonNode key = JSON.readTree(home.validatorKey().toFile());
    return key.at("/pub_key/value").asText();
  }

  private static void writeParams(final RealLine line, final Path genesis, final Shape shape)
      throws IOException {
    final ObjectNode root = (ObjectNode) JSON.readTree(genesis.toFile());
    final ObjectNode params = (ObjectNode) root.get("consensus_params");
    params.withObject("/validator").putArray("pub_key_types").add(shape.keyType());
    if (shape.extensionsFrom() > 0) {
      params
          .withObject("/" + line.featureParams())
          .put("vote_extensions_enable_height", Long.toString(shape.extensionsFrom()));
    }
    JSON.writerWithDefaultPrettyPrinter().writeValue(genesis.toFile(), root);
  }
}
