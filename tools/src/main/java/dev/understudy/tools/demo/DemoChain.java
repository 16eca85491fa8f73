package dev.understudy.tools.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The recorded chain that ships with the program: one validator of CometBFT 0.38.25 with the
 * kvstore app, as an archive folder, with what the recording node said of each height. The
 * validator's key is shipped too; it guards nothing.
 */
public final class DemoChain {
  /** Last height that can be synced; the one above proves it. */
  public static final long TARGET = 250;

  private static final String FOLDER = "kv1/";
  private static final String KEY_FILE = "priv_validator_key.json";

  private final JsonNode heights;

  private DemoChain(final JsonNode heights) {
    this.heights = heights;
  }

  public static DemoChain load() throws IOException {
    try (InputStream stream = resource("manifest.json")) {
      return new DemoChain(new ObjectMapper().readTree(stream).get("heights"));
    }
  }

  /** Writes the archive folder that {@code archive serve} serves. */
  public static void unpackArchive(final Path folder) throws IOException {
    final String index;
    try (InputStream stream = resource("index.txt")) {
      index = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (final String name : index.lines().filter(line -> !line.isBlank()).toList()) {
      copy(name, folder.resolve(name));
    }
  }

  /**
   * Makes a node's home, as the node's own init would: config, genesis, the chain's validator key
   * with a fresh sign state at height 0. An existing home is left as it is.
   */
  public static void makeHome(final Path home, final String proxyApp, final NodePorts ports)
      throws IOException {
    final Path config = home.resolve("config");
    final Path data = home.resolve("data");
    Files.createDirectories(config);
    Files.createDirectories(data);
    Files.writeString(config.resolve("config.toml"), configToml(proxyApp, ports));
    copy("genesis.json", config.resolve("genesis.json"));
    copy(KEY_FILE, config.resolve(KEY_FILE));
    final Path signState = data.resolve("priv_validator_state.json");
    if (!Files.exists(signState)) {
      Files.writeString(signState, "{\"height\":\"0\",\"round\":0,\"step\":0}\n");
    }
  }

  /** Where the real node listens, both on loopback. */
  public record NodePorts(int rpc, int p2p) {}

  private static String configToml(final String proxyApp, final NodePorts ports) {
    return """
    proxy_app = "%s"
    moniker = "understudy-demo"
    db_backend = "goleveldb"
    db_dir = "data"
    genesis_file = "config/genesis.json"
    priv_validator_key_file = "config/priv_validator_key.json"
    priv_validator_state_file = "data/priv_validator_state.json"
    node_key_file = "config/node_key.json"

    [rpc]
    laddr = "tcp://127.0.0.1:%d"

    [p2p]
    laddr = "tcp://127.0.0.1:%d"
    pex = false

    [tx_index]
    indexer = "kv"
    """
        .formatted(proxyApp, ports.rpc(), ports.p2p());
  }

  /** The block hash that the recording node had, upper-case hex. */
  public String blockHash(final long height) {
    return heights.get(Long.toString(height)).get("block_hash").asText();
  }

  /** The app hash after the block, upper-case hex. */
  public String appHashAfter(final long height) {
    return heights.get(Long.toString(height)).get("app_hash_after").asText();
  }

  private static void copy(final String name, final Path to) throws IOException {
    Files.createDirectories(to.toAbsolutePath().getParent());
    try (InputStream stream = resource(name)) {
      Files.write(to, stream.readAllBytes());
    } catch (final UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static InputStream resource(final String name) throws IOException {
    final InputStream stream = DemoChain.class.getResourceAsStream(FOLDER + name);
    if (stream == null) {
      throw new FileNotFoundException("the demo's " + name + " is not in this build");
    }
    return stream;
  }
}
