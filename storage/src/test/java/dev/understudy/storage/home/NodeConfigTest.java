package dev.understudy.storage.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeConfigTest {
  private final Path file;

  NodeConfigTest(@TempDir final Path home) {
    this.file = home.resolve("config.toml");
  }

  @Test
  void silentFileMeansTheDefaultsOfCometBft038() throws Exception {
    final NodeConfig config = read("");

    assertThat(config.base())
        .isEqualTo(
            new NodeConfig.Base(
                "anonymous",
                "tcp://127.0.0.1:26658",
                "socket",
                "",
                "data",
                "config/genesis.json",
                "config/priv_validator_key.json",
                "data/priv_validator_state.json",
                "config/node_key.json"));
    assertThat(config.rpc()).isEqualTo(new NodeConfig.Rpc("tcp://127.0.0.1:26657"));
    assertThat(config.p2p())
        .isEqualTo(new NodeConfig.P2p("tcp://0.0.0.0:26656", "", "", "config/addrbook.json"));
    assertThat(config.stateSync())
        .isEqualTo(new NodeConfig.StateSync(false, "", 0, "", "168h0m0s", ""));
    assertThat(config.consensus()).isEqualTo(new NodeConfig.Consensus("data/cs.wal/wal", 0));
    assertThat(config.storage().discardAbciResponses()).isFalse();
    assertThat(config.txIndex().indexer()).isEqualTo("kv");
  }

  @Test
  void valuesOfTheFileWinOverDefaults() throws Exception {
    final NodeConfig config =
        read(
            """
            moniker = "alice"
            db_dir = "/elsewhere/data"
            [p2p]
            persistent_peers = "ab@10.0.0.1:26656"
            [storage]
            discard_abci_responses = true
            [statesync]
            enable = "true"
            trust_height = "12"
            [tx_index]
            indexer = "null"
            [unknown]
            key = [1, 2]
            """);

    assertThat(config.base().moniker()).isEqualTo("alice");
    assertThat(config.p2p().persistentPeers()).isEqualTo("ab@10.0.0.1:26656");
    assertThat(config.storage().discardAbciResponses()).isTrue();
    assertThat(config.stateSync().enable()).isTrue();
    assertThat(config.stateSync().trustHeight()).isEqualTo(12);
    assertThat(config.txIndex().indexer()).isEqualTo("null");
    final HomeLayout layout = new HomeLayout(Path.of("/home"), config);
    assertThat(layout.database(DatabaseId.STATE)).hasToString("/elsewhere/data/state.db");
    assertThat(layout.genesisFile()).hasToString("/home/config/genesis.json");
  }

  @ParameterizedTest
  @CsvSource({
    "db_backend = \"mysql\", db_backend",
    "db_dir = \"\", db_dir",
    "db_dir = 5, db_dir",
    "abci = \"carrier pigeon\", abci",
    "tx_index = 5, tx_index.indexer",
    "tx_index.indexer = \"yes\", tx_index.indexer",
    "statesync.enable = \"maybe\", statesync.enable",
    "statesync.trust_height = -1, statesync.trust_height",
    "rpc.laddr = \"http://x\", rpc.laddr",
  })
  void nonsenseIsRefusedNamingFileAndKey(final String line, final String key) {
    assertThatThrownBy(() -> read(line + "\n"))
        .hasMessageContaining(file.toString())
        .hasMessageContaining(key)
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  @Test
  void brokenTomlIsRefusedNamingTheLine() {
    assertThatThrownBy(() -> read("moniker = \"a\"\nabci = \n"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void missingFileIsRefused() {
    assertThatThrownBy(() -> NodeConfig.read(file))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("There is no");
  }

  private NodeConfig read(final String content) throws Exception {
    Files.writeString(file, content);
    return NodeConfig.read(file);
  }
}
