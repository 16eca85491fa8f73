package dev.understudy.storage.home;

import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.types.FailureException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What Understudy needs of a node's config.toml, with CometBFT 0.38's defaults where the file is
 * silent, but for db_backend, whose default is the line's. Reads only; the command line flags and
 * environment of the node are not seen.
 *
 * @param madeFor the version of the engine that wrote the file, as far as it shows: files tell it
 *     since 0.38, and 0.34's have a section that later lines renamed. Empty for what is no file of
 *     a node's
 */
public record NodeConfig(
    Base base,
    Rpc rpc,
    P2p p2p,
    StateSync stateSync,
    Consensus consensus,
    Storage storage,
    TxIndex txIndex,
    String madeFor) {

  /** Keys above the first section; {@code dbBackend} is empty where the file is silent. */
  public record Base(
      String moniker,
      String proxyApp,
      String abci,
      String dbBackend,
      String dbDir,
      String genesisFile,
      String privValidatorKeyFile,
      String privValidatorStateFile,
      String nodeKeyFile) {}

  /** An empty address means that the node serves none. */
  public record Rpc(String laddr) {}

  /** Peers and seeds are {@code id@host:port}, comma separated. */
  public record P2p(String laddr, String persistentPeers, String seeds, String addrBookFile) {}

  public record StateSync(
      boolean enable,
      String rpcServers,
      long trustHeight,
      String trustHash,
      String trustPeriod,
      String tempDir) {}

  public record Consensus(String walFile, long doubleSignCheckHeight) {}

  /** {@code keyLayout} is what a new database of 1.0 gets. */
  public record Storage(boolean discardAbciResponses, KeyLayout keyLayout) {}

  /** {@code kv}, {@code psql} or {@code null}. */
  public record TxIndex(String indexer) {}

  /** Fails with CONFIGURATION, naming file and key, where the file says something impossible. */
  public static NodeConfig read(final Path file) throws FailureException {
    final TomlFile toml = TomlFile.read(file);
    return new NodeConfig(
        base(toml),
        new Rpc(listenAddress(toml, "rpc.laddr", "tcp://127.0.0.1:26657")),
        new P2p(
            listenAddress(toml, "p2p.laddr", "tcp://0.0.0.0:26656"),
            toml.string("p2p.persistent_peers", ""),
            toml.string("p2p.seeds", ""),
            path(toml, "p2p.addr_book_file", "config/addrbook.json")),
        stateSync(toml),
        new Consensus(
            path(toml, "consensus.wal_file", "data/cs.wal/wal"),
            toml.nonNegative("consensus.double_sign_check_height", 0)),
        new Storage(
            toml.bool("storage.discard_abci_responses", false),
            toml.oneOf("storage.experimental_db_key_layout", "", Set.of("", "v1", "v2"))
                    .equals(KeyLayout.V2.label())
                ? KeyLayout.V2
                : KeyLayout.V1),
        new TxIndex(toml.oneOf("tx_index.indexer", "kv", Set.of("kv", "psql", "null"))),
        madeFor(toml));
  }

  private static String madeFor(final TomlFile toml) throws FailureException {
    if (toml.has("fastsync")) {
      return "0.34";
    }
    return toml.string("version", toml.has("blocksync") ? "0.37" : "");
  }

  NodeConfig withBackend(final String backend) {
    return new NodeConfig(
        new Base(
            base.moniker(),
            base.proxyApp(),
            base.abci(),
            backend,
            base.dbDir(),
            base.genesisFile(),
            base.privValidatorKeyFile(),
            base.privValidatorStateFile(),
            base.nodeKeyFile()),
        rpc,
        p2p,
        stateSync,
        consensus,
        storage,
        txIndex,
        madeFor);
  }

  private static Base base(final TomlFile toml) throws FailureException {
    return new Base(
        toml.string("moniker", "anonymous"),
        toml.string("proxy_app", "tcp://127.0.0.1:26658"),
        toml.oneOf("abci", "socket", Set.of("socket", "grpc")),
        toml.oneOf(
            "db_backend",
            "",
            Set.of(
                "", "goleveldb", "cleveldb", "boltdb", "rocksdb", "badgerdb", "pebbledb", "memdb")),
        path(toml, "db_dir", "data"),
        path(toml, "genesis_file", "config/genesis.json"),
        path(toml, "priv_validator_key_file", "config/priv_validator_key.json"),
        path(toml, "priv_validator_state_file", "data/priv_validator_state.json"),
        path(toml, "node_key_file", "config/node_key.json"));
  }

  private static StateSync stateSync(final TomlFile toml) throws FailureException {
    return new StateSync(
        toml.bool("statesync.enable", false),
        toml.string("statesync.rpc_servers", ""),
        toml.nonNegative("statesync.trust_height", 0),
        toml.string("statesync.trust_hash", ""),
        toml.string("statesync.trust_period", "168h0m0s"),
        toml.string("statesync.temp_dir", ""));
  }

  private static String path(final TomlFile toml, final String key, final String preset)
      throws FailureException {
    final String value = toml.string(key, preset);
    if (value.isBlank() || value.indexOf('\0') >= 0) {
      throw toml.nonsense(key, "a path", Optional.of(value));
    }
    return value;
  }

  private static String listenAddress(final TomlFile toml, final String key, final String preset)
      throws FailureException {
    final String value = toml.string(key, preset);
    final int scheme = value.indexOf("://");
    final boolean known = scheme < 0 || Set.of("tcp", "unix").contains(value.substring(0, scheme));
    if (!known || value.chars().anyMatch(Character::isWhitespace)) {
      throw toml.nonsense(key, "tcp://host:port, unix://path or nothing", Optional.of(value));
    }
    return value;
  }
}
