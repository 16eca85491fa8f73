package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node's home made by the node's own {@code init}, with free loopback ports written into its
 * config.toml: {@code p2p}, {@code rpc}, {@code app} (ABCI, the config's proxy_app) and {@code
 * grpc}. Local networks get short pauses between gossip, so that they make many blocks a second.
 */
public final class NodeHome {
  private static final Pattern NODE_ID = Pattern.compile("[0-9a-f]{40}");

  private final String name;
  private final Path path;
  private final String nodeId;
  private final int p2pPort = FreePorts.next();
  private final int rpcPort = FreePorts.next();
  private final int appPort = FreePorts.next();
  private final int grpcPort = FreePorts.next();

  private NodeHome(final String name, final Path path, final String nodeId) {
    this.name = name;
    this.path = path;
    this.nodeId = nodeId;
  }

  static NodeHome ofComet(final TestBed bed, final String name, final Path cometbft) {
    final Path path = bed.folder().resolve(name);
    Command.output(cometbft, "init", "--home", path.toString());
    final String id = nodeId(Command.output(cometbft, "show-node-id", "--home", path.toString()));
    final NodeHome home = new NodeHome(name, path, id);
    home.tune();
    return home;
  }

  static NodeHome ofSimd(
      final TestBed bed, final String name, final Path simd, final String chainId) {
    final Path path = bed.folder().resolve(name);
    Command.output(simd, "init", name, "--chain-id", chainId, "--home", path.toString());
    final String id =
        nodeId(Command.output(simd, "tendermint", "show-node-id", "--home", path.toString()));
    final NodeHome home = new NodeHome(name, path, id);
    home.tune();
    home.appConfig()
        .set("", "minimum-gas-prices", "0stake")
        .set("api", "enable", false)
        .set("grpc", "enable", false)
        .set("grpc", "address", "127.0.0.1:" + home.grpcPort)
        .set("grpc-web", "enable", false)
        .set("telemetry", "enabled", false);
    new ConfigFile(home.path.resolve("config/client.toml"))
        .set("", "node", "tcp://127.0.0.1:" + home.rpcPort);
    return home;
  }

  public String name() {
    return name;
  }

  public Path path() {
    return path;
  }

  public Path genesis() {
    return path.resolve("config").resolve("genesis.json");
  }

  public Path data() {
    return path.resolve("data");
  }

  /** The folder of one database: {@code blockstore}, {@code state}, {@code tx_index}, … */
  public Path database(final String id) {
    return data().resolve(id + ".db");
  }

  public Path validatorKey() {
    return path.resolve("config").resolve("priv_validator_key.json");
  }

  public ConfigFile config() {
    return new ConfigFile(path.resolve("config").resolve("config.toml"));
  }

  /** An SDK app's app.toml. */
  public ConfigFile appConfig() {
    return new ConfigFile(path.resolve("config").resolve("app.toml"));
  }

  public int rpcPort() {
    return rpcPort;
  }

  public int appPort() {
    return appPort;
  }

  public int grpcPort() {
    return grpcPort;
  }

  /** Where the config expects the app. */
  public String appAddress() {
    return "tcp://127.0.0.1:" + appPort;
  }

  /** {@code id@host:port}, as persistent_peers has it. */
  public String peerAddress() {
    return nodeId + "@127.0.0.1:" + p2pPort;
  }

  /** Takes over another genesis file. */
  public void useGenesis(final Path genesis) {
    try {
      Files.copy(genesis, genesis(), StandardCopyOption.REPLACE_EXISTING);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes over another validator's key; the sign state stays as {@code init} wrote it. */
  public void useValidatorKey(final Path key) {
    try {
      Files.copy(key, validatorKey(), StandardCopyOption.REPLACE_EXISTING);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tune() {
    config()
        .set("", "proxy_app", appAddress())
        .set("", "moniker", name)
        .set("rpc", "laddr", "tcp://127.0.0.1:" + rpcPort)
        .set("rpc", "pprof_laddr", "")
        .set("p2p", "laddr", "tcp://127.0.0.1:" + p2pPort)
        .set("p2p", "addr_book_strict", false)
        .set("p2p", "allow_duplicate_ip", true)
        .set("p2p", "pex", false)
        // the default of 100 ms would bound the speed of small blocks
        .set("p2p", "flush_throttle_timeout", "3ms")
        .set("mempool", "size", 20_000)
        .set("consensus", "timeout_commit", "0s")
        .set("consensus", "skip_timeout_commit", true)
        .set("consensus", "peer_gossip_sleep_duration", "5ms");
  }

  private static String nodeId(final String output) {
    final Matcher matcher = NODE_ID.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("no node id in: " + output);
    }
    return matcher.group();
  }
}
