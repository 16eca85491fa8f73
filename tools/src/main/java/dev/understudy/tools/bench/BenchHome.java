package dev.understudy.tools.bench;

import dev.understudy.types.Hash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A fresh node's home on free loopback ports, alike for all engines: a template's copy or an empty
 * one, with a config.toml of our own, the archive's genesis file and a new node key. Every value
 * that the config does not name is the node's default.
 */
final class BenchHome {
  private static final int KEY_BYTES = 32;
  private static final int ID_BYTES = 20;

  private final Path path;
  private final int rpcPort;
  private final int p2pPort;
  private final String nodeId;
  private final int p2pFlushMillis;

  private BenchHome(
      final Path path,
      final int rpcPort,
      final int p2pPort,
      final String nodeId,
      final int p2pFlushMillis) {
    this.path = path;
    this.rpcPort = rpcPort;
    this.p2pPort = p2pPort;
    this.nodeId = nodeId;
    this.p2pFlushMillis = p2pFlushMillis;
  }

  /**
   * Makes one.
   *
   * @param proxyApp where the node expects its app
   * @param peer whom the node asks for blocks, as {@link #peerAddress} has it; empty is nobody
   * @param p2pFlushMillis how long its node gathers messages before it sends them
   */
  static BenchHome make(
      final Path path,
      final Path archive,
      final Optional<Path> template,
      final String proxyApp,
      final String peer,
      final int p2pFlushMillis)
      throws IOException {
    if (template.isPresent()) {
      copyTree(template.get(), path);
    }
    final Path config = Files.createDirectories(path.resolve("config"));
    Files.createDirectories(path.resolve("data"));
    final Path genesis = archive.resolve("genesis.json");
    if (Files.exists(genesis)) {
      Files.write(config.resolve("genesis.json"), Files.readAllBytes(genesis));
    }
    // the template's own would make all copies one and the same node
    final String nodeId = writeNodeKey(config.resolve("node_key.json"));
    Files.deleteIfExists(config.resolve("addrbook.json"));
    final int rpcPort = freePort();
    final int p2pPort = freePort();
    Files.writeString(
        configFile(path), configToml(proxyApp, rpcPort, p2pPort, peer, p2pFlushMillis));
    return new BenchHome(path, rpcPort, p2pPort, nodeId, p2pFlushMillis);
  }

  /** Tells the node where its app is, once that is known. */
  void useApp(final String proxyApp) throws IOException {
    Files.writeString(configFile(path), configToml(proxyApp, rpcPort, p2pPort, "", p2pFlushMillis));
  }

  private static Path configFile(final Path home) {
    return home.resolve("config").resolve("config.toml");
  }

  Path path() {
    return path;
  }

  int rpcPort() {
    return rpcPort;
  }

  /** {@code id@host:port}. */
  String peerAddress() {
    return nodeId + "@127.0.0.1:" + p2pPort;
  }

  private static String configToml(
      final String proxyApp,
      final int rpcPort,
      final int p2pPort,
      final String peer,
      final int p2pFlushMillis) {
    return """
    proxy_app = "%s"
    moniker = "understudy-bench"
    db_backend = "goleveldb"
    db_dir = "data"
    log_level = "error"
    genesis_file = "config/genesis.json"
    priv_validator_key_file = "config/priv_validator_key.json"
    priv_validator_state_file = "data/priv_validator_state.json"
    node_key_file = "config/node_key.json"
    abci = "socket"

    [rpc]
    laddr = "tcp://127.0.0.1:%d"

    [p2p]
    laddr = "tcp://127.0.0.1:%d"
    persistent_peers = "%s"
    pex = false
    addr_book_strict = false
    allow_duplicate_ip = true
    flush_throttle_timeout = "%dms"

    [tx_index]
    indexer = "kv"
    """
        .formatted(proxyApp, rpcPort, p2pPort, peer, p2pFlushMillis);
  }

  /** Writes a new key in the node's form and gives the node id that follows from it. */
  private static String writeNodeKey(final Path file) throws IOException {
    final KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK from 15 on has Ed25519", e);
    }
    // both encodings end with the 32 bytes themselves (RFC 8410)
    final byte[] seed = lastBytes(pair.getPrivate().getEncoded());
    final byte[] publicKey = lastBytes(pair.getPublic().getEncoded());
    final byte[] both = Arrays.copyOf(seed, 2 * KEY_BYTES);
    System.arraycopy(publicKey, 0, both, KEY_BYTES, KEY_BYTES);
    Files.writeString(
        file,
        "{\"priv_key\":{\"type\":\"tendermint/PrivKeyEd25519\",\"value\":\"%s\"}}\n"
            .formatted(Base64.getEncoder().encodeToString(both)));
    return HexFormat.of().formatHex(Arrays.copyOf(Hash.sha256(publicKey).array(), ID_BYTES));
  }

  private static byte[] lastBytes(final byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
  }

  private static void copyTree(final Path from, final Path to) throws IOException {
    final List<Path> all;
    try (Stream<Path> tree = Files.walk(from)) {
      all = tree.toList();
    }
    for (final Path path : all) {
      final Path target = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(target);
      } else if (Files.isRegularFile(path)) {
        Files.copy(path, target);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
