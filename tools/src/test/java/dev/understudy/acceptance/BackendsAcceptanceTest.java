package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A one-validator chain, synced into a home of each backend: the real node of that backend opens
 * it, goes on for a thousand blocks, and we open and read what it left, after an end in order and
 * after kill -9.
 */
@Tag("matrix")
final class BackendsAcceptanceTest {
  private static final long TIP = 60;
  private static final long APPENDED = 1_000;
  private static final Duration LONG = Duration.ofMinutes(15);

  @RegisterExtension final TestBed bed = new TestBed();

  @ParameterizedTest
  @CsvSource({
    "0.38, COMETBFT_0_38, ABCI_CLI_0_38, goleveldb, v1",
    "0.38, COMETBFT_0_38_CLEVELDB, ABCI_CLI_0_38, cleveldb, v1",
    "0.38, COMETBFT_0_38_PEBBLE, ABCI_CLI_0_38, pebbledb, v1",
    "0.38, COMETBFT_0_38_ROCKSDB, ABCI_CLI_0_38, rocksdb, v1",
    "1.0, COMETBFT_1_0, ABCI_CLI_1_0, pebbledb, v1",
    "1.0, COMETBFT_1_0, ABCI_CLI_1_0, pebbledb, v2",
  })
  void realNodeGoesOnOnOurHomeAndWeReadAllOfIt(
      final String engine,
      final RealBinary binary,
      final RealBinary cli,
      final String backend,
      final String layout)
      throws IOException {
    final Path cometbft = RealNodes.binary(binary);
    final NodeHome maker = home("maker", cometbft, backend, layout);
    final ArchiveProcess archive = record(maker, cometbft, cli);
    final NodeHome home = home("home", cometbft, backend, layout);
    home.useGenesis(maker.genesis());
    home.useValidatorKey(maker.validatorKey());
    final KvApp app = bed.own(KvApp.of(bed, home, cli, "socket").start());

    UnderstudyProcess.blockSync(bed, home, archive, "--engine", engine).awaitDone(LONG);
    final long synced = inspect(home).path("height").asLong();
    assertThat(synced).isGreaterThanOrEqualTo(TIP - 1);
    final RealNode node = new RealNode(bed, cometbft, home, app).start().waitForHeight(synced);
    HandshakeLog.of(node).assertOpenedWithoutReplay(synced);

    node.waitForHeight(synced + APPENDED);
    assertThat(node.rpc().block(synced / 2).at("/block_id/hash").asText())
        .isEqualTo(
            node.rpc().block(synced / 2 + 1).at("/block/header/last_block_id/hash").asText());
    node.stop();
    assertHoldsEverything(inspect(home), backend, layout, synced + APPENDED);

    node.start().waitForHeight(synced + APPENDED + 50);
    node.kill();
    final JsonNode killed = inspect(home);
    assertHoldsEverything(killed, backend, layout, synced + APPENDED + 49);
    // it may be in the middle of the block that its node was killed in, and says it has it
    app.kill();
    app.start();
    node.start().waitForHeight(killed.path("height").asLong() + 5);
  }

  @Test
  void homeGoesThroughAllBackendsAndTheNodeOfEachGoesOn() throws IOException {
    final Path goleveldb = RealNodes.binary(RealBinary.COMETBFT_0_38);
    final NodeHome home = home("maker", goleveldb, "goleveldb", "v1");
    record(home, goleveldb, RealBinary.ABCI_CLI_0_38);
    final KvApp app = bed.own(KvApp.of(bed, home, RealBinary.ABCI_CLI_0_38, "socket").start());
    long height = inspect(home).path("height").asLong();
    // every pair of the three formats, in both directions
    final String[] way = {"pebbledb", "rocksdb", "goleveldb", "rocksdb", "pebbledb", "goleveldb"};
    for (final String backend : way) {
      UnderstudyProcess.start(bed, "db", "convert", home.path().toString(), "--to", backend)
          .awaitDone(LONG);
      home.config().set("", "db_backend", backend);
      assertHoldsEverything(inspect(home), backend, "v1", height);
      final RealNode node =
          new RealNode(bed, RealNodes.binary(nodeOf(backend)), home, app)
              .start()
              .waitForHeight(height + 20);
      node.stop();
      height = inspect(home).path("height").asLong();
    }
  }

  private static RealBinary nodeOf(final String backend) {
    return switch (backend) {
      case "pebbledb" -> RealBinary.COMETBFT_0_38_PEBBLE;
      case "rocksdb" -> RealBinary.COMETBFT_0_38_ROCKSDB;
      default -> RealBinary.COMETBFT_0_38;
    };
  }

  private NodeHome home(
      final String name, final Path cometbft, final String backend, final String layout) {
    final NodeHome home = NodeHome.ofComet(bed, name, cometbft);
    home.config().set("", "db_backend", backend);
    if (layout.equals("v2")) {
      home.config().set("storage", "experimental_db_key_layout", layout);
    }
    return home;
  }

  /** Makes blocks with txs on a home and packs them; the node and its app are stopped then. */
  private ArchiveProcess record(final NodeHome home, final Path cometbft, final RealBinary cli) {
    final KvApp app = bed.own(KvApp.of(bed, home, cli, "socket"));
    final RealNode node = new RealNode(bed, cometbft, home, app).start().waitForHeight(1);
    final RpcClient rpc = node.rpc();
    for (int sent = 0; rpc.height() < TIP; sent++) {
      rpc.broadcast("key%d=%d".formatted(sent, sent).getBytes(StandardCharsets.UTF_8));
    }
    node.waitForHeight(TIP + 2);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(bed, rpc, folder, "--runtime", "bsync", "--to", Long.toString(TIP + 1));
    node.stop();
    app.stop();
    return ArchiveProcess.serve(bed, folder);
  }

  private JsonNode inspect(final NodeHome home) throws IOException {
    final String output =
        UnderstudyProcess.start(bed, "db", "inspect", home.path().toString(), "--json")
            .awaitDone(LONG);
    return new ObjectMapper().readTree(output.substring(output.indexOf('{')));
  }

  private static void assertHoldsEverything(
      final JsonNode home, final String backend, final String layout, final long atLeast) {
    final long height = home.path("height").asLong();
    assertThat(height).isGreaterThanOrEqualTo(atLeast);
    assertThat(home.path("backend").asText()).isEqualTo(backend);
    assertThat(home.path("key_layout").asText()).isEqualTo(layout);
    assertThat(home.path("ready").asBoolean()).as("%s", home.path("handshake")).isTrue();
    final JsonNode blocks = home.at("/databases/blockstore");
    for (final String family : new String[] {"block metas", "heights by hash"}) {
      assertThat(blocks.path(family).path("keys").asLong()).as(family).isEqualTo(height);
    }
    assertThat(blocks.path("block parts").path("keys").asLong()).isGreaterThanOrEqualTo(height);
    assertThat(blocks.path("commits").path("keys").asLong()).isGreaterThanOrEqualTo(height - 1);
    assertThat(blocks.has("other")).isFalse();
    final JsonNode state = home.at("/databases/state");
    assertThat(state.path("block results").path("keys").asLong()).isBetween(height - 1, height);
    assertThat(state.has("other")).isFalse();
  }
}
