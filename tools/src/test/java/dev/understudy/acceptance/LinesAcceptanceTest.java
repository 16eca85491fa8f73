package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recorded chain of each line, synced into that line's app, then opened by its real node. */
@Tag("matrix")
final class LinesAcceptanceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SYNC_TIME = Duration.ofMinutes(2);
  private static final Path CHAINS =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "chains");

  @RegisterExtension final TestBed bed = new TestBed();

  @ParameterizedTest
  @CsvSource({
    "tendermint-v0.34, kv034, COMETBFT_0_34, ABCI_CLI_0_34, socket, tcp://",
    "tendermint-v0.34, kv034, COMETBFT_0_34, ABCI_CLI_0_34, grpc, tcp://",
    "cometbft-v0.37, kv037, COMETBFT_0_37, ABCI_CLI_0_37, socket, tcp://",
    "cometbft-v0.37, kv037, COMETBFT_0_37, ABCI_CLI_0_37, grpc, tcp://",
    "0.39, kv039, COMETBFT_0_39, ABCI_CLI_0_38, socket, tcp://",
    // from 0.38 on the node's own gRPC client takes no scheme
    "0.39, kv039, COMETBFT_0_39, ABCI_CLI_0_38, grpc, ''",
    "0.40, kv040, COMETBFT_0_40, ABCI_CLI_0_38, socket, tcp://",
    "0.40, kv040, COMETBFT_0_40, ABCI_CLI_0_38, grpc, ''",
    "1.0, kv100, COMETBFT_1_0, ABCI_CLI_1_0, socket, tcp://",
    "1.0, kv100, COMETBFT_1_0, ABCI_CLI_1_0, grpc, ''",
  })
  void realNodeOpensTheHomeWithoutReplay(
      final String engine,
      final String chain,
      final RealBinary node,
      final RealBinary cli,
      final String transport,
      final String scheme)
      throws IOException {
    final NodeHome home = home(chain, node, transport, scheme);
    final KvApp app = bed.own(KvApp.of(bed, home, cli, transport).start());

    sync(engine, chain, home);

    opensAtTheEnd(chain, new RealNode(bed, RealNodes.binary(node), home, app));
  }

  @ParameterizedTest
  @CsvSource({"v1", "v2"})
  void realNodeOf10OpensBothKeyLayouts(final String layout) throws IOException {
    final NodeHome home = home("kv100", RealBinary.COMETBFT_1_0, "socket", "tcp://");
    home.config().set("storage", "experimental_db_key_layout", layout);
    final KvApp app = bed.own(KvApp.of(bed, home, RealBinary.ABCI_CLI_1_0, "socket").start());

    sync("1.0", "kv100", home);

    opensAtTheEnd("kv100", new RealNode(bed, RealNodes.binary(RealBinary.COMETBFT_1_0), home, app));
  }

  private NodeHome home(
      final String chain, final RealBinary node, final String transport, final String scheme) {
    final NodeHome home = NodeHome.ofComet(bed, "home", RealNodes.binary(node));
    home.useGenesis(CHAINS.resolve(chain).resolve("genesis.json"));
    home.config()
        .set("", "db_backend", "goleveldb")
        .set("", "abci", transport)
        .set("", "proxy_app", scheme + "127.0.0.1:" + home.appPort());
    return home;
  }

  private void sync(final String engine, final String chain, final NodeHome home)
      throws IOException {
    final String output =
        UnderstudyProcess.blockSync(
                bed, home, ArchiveProcess.serve(bed, CHAINS.resolve(chain)), "--engine", engine)
            .awaitDone(SYNC_TIME);
    assertThat(output).contains("done at height " + last(chain) + ": " + last(chain) + " blocks");
  }

  private static void opensAtTheEnd(final String chain, final RealNode node) throws IOException {
    final long last = last(chain);
    node.start().waitForHeight(last, Duration.ofSeconds(60));
    HandshakeLog.of(node).assertOpenedWithoutReplay(last);
    final RpcClient rpc = node.rpc();
    final byte[] hash = rpc.abciInfo().at("/response/last_block_app_hash").binaryValue();
    assertThat(HexFormat.of().withUpperCase().formatHex(hash))
        .isEqualTo(at(chain, last).get("app_hash_after").asText());
    for (long height = 1; height <= last; height += 13) {
      final JsonNode recorded = at(chain, height);
      assertThat(rpc.get("block?height=" + height).at("/block_id/hash").asText())
          .isEqualTo(recorded.get("block_hash").asText());
      final JsonNode results = rpc.get("block_results?height=" + height).path("txs_results");
      assertThat(results).as("results of %d", height).hasSize(recorded.get("txs").asInt());
      assertThat(rpc.txsAt(height).path("total_count").asInt())
          .as("txs found at %d", height)
          .isEqualTo(recorded.get("txs").asInt());
    }
  }

  private static JsonNode at(final String chain, final long height) throws IOException {
    return manifest(chain).get("heights").get(Long.toString(height));
  }

  private static long last(final String chain) throws IOException {
    return manifest(chain).get("last").asLong() - 1;
  }

  private static JsonNode manifest(final String chain) throws IOException {
    return JSON.readTree(CHAINS.resolve(chain).resolve("manifest.json").toFile());
  }
}
