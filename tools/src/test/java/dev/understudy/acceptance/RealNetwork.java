package dev.understudy.acceptance;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Validators on the loopback interface that know each other as persistent peers. Started by {@link
 * #start}; ended by the test bed, or stopped, killed and started again as a test needs it.
 */
public abstract class RealNetwork {
  private final String chainId;
  private final List<RealNode> nodes;

  RealNetwork(final String chainId, final List<RealNode> nodes) {
    this.chainId = chainId;
    this.nodes = List.copyOf(nodes);
    for (final RealNode node : nodes) {
      node.home().config().set("p2p", "persistent_peers", peersFor(node.home()));
    }
  }

  public String chainId() {
    return chainId;
  }

  public List<RealNode> nodes() {
    return nodes;
  }

  public RealNode node(final int index) {
    return nodes.get(index);
  }

  public RpcClient rpc(final int index) {
    return nodes.get(index).rpc();
  }

  /** A fresh home with this chain's genesis and its validators as peers, but without a vote. */
  public NodeHome newHome(final String name) {
    final NodeHome home = freshHome(name);
    home.useGenesis(node(0).home().genesis());
    home.config().set("p2p", "persistent_peers", peersFor(home));
    return home;
  }

  /** A home as the network's program makes it, with a genesis of its own. */
  abstract NodeHome freshHome(String name);

  /** A node of this network's kind on a home; not started. */
  public abstract RealNode nodeOn(NodeHome home);

  /** The validators as a value for persistent_peers, without the home itself. */
  public String peersFor(final NodeHome home) {
    return nodes.stream()
        .map(RealNode::home)
        .filter(other -> other != home)
        .map(NodeHome::peerAddress)
        .collect(Collectors.joining(","));
  }

  public RealNetwork start() {
    nodes.forEach(RealNode::start);
    return this;
  }

  /** Waits until every validator has the height. */
  public RealNetwork waitForHeight(final long height) {
    nodes.forEach(node -> node.waitForHeight(height));
    return this;
  }

  /** Stops all validators in order; separate apps go on. */
  public void stop() {
    nodes.forEach(RealNode::stop);
  }

  /** Ends all validators by SIGKILL; separate apps go on. */
  public void kill() {
    nodes.forEach(RealNode::kill);
  }
}
