package dev.understudy.shim.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.crypto.AddressDerivation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFactsTest {
  private final Path home;

  NodeFactsTest(@TempDir final Path home) {
    this.home = home;
  }

  @BeforeEach
  void makeConfig() throws Exception {
    Files.createDirectories(home.resolve("config"));
    Files.writeString(
        home.resolve("config/config.toml"),
        """
        moniker = "m"
        [p2p]
        laddr = "tcp://0.0.0.0:1"
        [tx_index]
        indexer = "kv"
        """);
  }

  private NodeFacts read(final boolean indexing) throws Exception {
    return NodeFacts.read(HomeLayout.read(home), indexing);
  }

  /**
   * The keys are of a home that {@code cometbft init} (0.38.25) made, the id is its show-node-id.
   */
  @Test
  void idAndKeyAreTheNodes() throws Exception {
    Files.writeString(
        home.resolve("config/node_key.json"),
        "{\"priv_key\":{\"type\":\"tendermint/PrivKeyEd25519\",\"value\":\"beB08Iy6WW4A+c3Em7AWSS2d"
            + "hUsZ8tWiHDEKm+VpDJldGWudSibcJzpUeykS0ZVCcm7rTP2MghWBoc19akRq4g==\"}}");
    Files.writeString(
        home.resolve("config/priv_validator_key.json"),
        "{\"address\":\"54FFC38AA03EDC6512CEEDAF416CDF91EAC5EB8C\",\"pub_key\":{\"type\":"
            + "\"tendermint/PubKeyEd25519\",\"value\":\"tq8DiVcXV0nxj09Q0Tz6rzKA/Z5J44Jm2GWy3WVc4d8"
            + "=\"},\"priv_key\":{}}");
    final NodeFacts facts = read(true);

    assertThat(facts.id()).isEqualTo("29a442ad97bc65dfce78f4fa4c5052b3956c6560");
    assertThat(facts.validatorKey().map(AddressDerivation::addressOf).orElseThrow())
        .hasToString("54FFC38AA03EDC6512CEEDAF416CDF91EAC5EB8C");
    assertThat(facts.moniker()).isEqualTo("m");
    assertThat(facts.listenAddress()).isEqualTo("tcp://0.0.0.0:1");
    assertThat(facts.txIndex()).isTrue();
  }

  @Test
  void homeWithoutKeysHasNoneToShow() throws Exception {
    final NodeFacts facts = read(false);

    assertThat(facts.id()).isEmpty();
    assertThat(facts.validatorKey()).isEmpty();
    assertThat(facts.txIndex()).isFalse();
  }

  @Test
  void damagedKeyFilesAreNoReasonToFail() throws Exception {
    Files.writeString(home.resolve("config/node_key.json"), "{\"priv_key\":{\"value\":\"AA==\"}}");
    Files.writeString(home.resolve("config/priv_validator_key.json"), "not json");
    final NodeFacts facts = read(true);

    assertThat(facts.id()).isEmpty();
    assertThat(facts.validatorKey()).isEmpty();
  }
}
