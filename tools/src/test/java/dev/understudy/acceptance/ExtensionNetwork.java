package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Validators of a line whose votes carry extensions from a height on. */
final class ExtensionNetwork extends RealNetwork {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestBed bed;
  private final RealLine line;
  private final List<ExtensionApp> apps;

  private ExtensionNetwork(
      final TestBed bed,
      final RealLine line,
      final String chainId,
      final List<RealNode> nodes,
      final List<ExtensionApp> apps) {
    super(chainId, nodes);
    this.bed = bed;
    this.line = line;
    this.apps = apps;
  }

  /** Not started: one validator ({@code node0}, …) for each power. */
  static ExtensionNetwork create(
      final TestBed bed,
      final RealLine line,
      final String chainId,
      final long extensionsFrom,
      final long... powers) {
    final List<RealNode> nodes = new ArrayList<>();
    final List<ExtensionApp> apps = new ArrayList<>();
    for (int i = 0; i < powers.length; i++) {
      final NodeHome home = line.home(bed, "node" + i);
      nodes.add(new RealNode(bed, RealNodes.binary(line.node()), home));
      apps.add(new ExtensionApp(bed, home, line, chainId));
    }
    final List<NodeHome> homes = nodes.stream().map(RealNode::home).toList();
    try {
      CometNetwork.writeGenesis(chainId, homes, powers);
      extendVotes(homes.get(0).genesis(), line, extensionsFrom);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    homes.subList(1, homes.size()).forEach(home -> home.useGenesis(homes.get(0).genesis()));
    return new ExtensionNetwork(bed, line, chainId, nodes, apps);
  }

  @Override
  public NodeHome newHome(final String name) {
    final NodeHome home = line.home(bed, name);
    home.useGenesis(node(0).home().genesis());
    home.config().set("p2p", "persistent_peers", peersFor(home));
    return home;
  }

  /** The app is to be started by {@link #appOn}. */
  @Override
  public RealNode nodeOn(final NodeHome home) {
    return new RealNode(bed, RealNodes.binary(line.node()), home);
  }

  ExtensionApp appOn(final NodeHome home) {
    return new ExtensionApp(bed, home, line, chainId());
  }

  @Override
  public RealNetwork start() {
    apps.forEach(ExtensionApp::start);
    return super.start();
  }

  private static void extendVotes(final Path genesis, final RealLine line, final long from)
      throws IOException {
    final ObjectNode root = (ObjectNode) JSON.readTree(genesis.toFile());
    ((ObjectNode) root.get("consensus_params"))
        .withObject("/" + line.extensionParams())
        .put("vote_extensions_enable_height", Long.toString(from));
    JSON.writerWithDefaultPrettyPrinter().writeValue(genesis.toFile(), root);
  }
}
