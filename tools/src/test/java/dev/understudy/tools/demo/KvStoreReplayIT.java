package dev.understudy.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.BlockAnswer;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.tools.demo.RecordedBlocks.Recorded;
import dev.understudy.types.Bytes;
import dev.understudy.types.CommitInfo;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.KeyType;
import dev.understudy.types.PubKey;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The embedded app against what real nodes recorded with the original. */
@Timeout(120)
class KvStoreReplayIT {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_38;

  private final Path folder;

  KvStoreReplayIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @Test
  void computesEveryRecordedAppHashAndResultsHash() throws Exception {
    final List<Recorded> chain = chain();
    try (KvStoreApp app = KvStoreApp.open(folder);
        AbciServer server = app.listen(AbciAddress.loopback(0));
        AbciClient client = connect(server.address())) {
      begin(client);
      for (final Recorded block : chain) {
        execute(client, block);
      }

      assertThat(client.info().lastBlockHeight()).isEqualTo(chain.size());
      assertThat(client.consensusTimes().busyNanos()).isPositive();
    }
  }

  @Test
  void goesOnWhereItWasAfterItsEnd() throws Exception {
    final List<Recorded> chain = chain();
    final int half = 350;
    for (int round = 0; round < 2; round++) {
      try (KvStoreApp app = KvStoreApp.open(folder);
          AbciServer server =
              app.listen(AbciAddress.parse("unix://" + folder.resolve("app.sock")));
          AbciClient client = connect(server.address())) {
        if (client.info().lastBlockHeight() == 0) {
          begin(client);
        }
        final int from = (int) client.info().lastBlockHeight();
        assertThat(from).isEqualTo(round * half);
        for (final Recorded block : chain.subList(from, round == 0 ? half : chain.size())) {
          execute(client, block);
        }
      }
    }
  }

  @Test
  void storedValueIsFoundByQuery() throws Exception {
    final Recorded block =
        chain().stream().filter(b -> !b.block().txs().isEmpty()).findFirst().orElseThrow();
    final String tx = new String(block.block().txs().get(0).array(), StandardCharsets.UTF_8);
    final Bytes key = utf8(tx.substring(0, tx.indexOf('=')));
    try (KvStoreApp app = KvStoreApp.open(folder);
        AbciServer server = app.listen(AbciAddress.loopback(0));
        AbciClient client = connect(server.address())) {
      begin(client);
      assertThat(client.query("", key, 0, false).log()).isEqualTo("does not exist");
      assertThat(client.checkTx(block.block().txs().get(0)).code()).isZero();
      client.executeBlock(block.block(), block.hash(), CommitInfo.EMPTY, List.of());
      client.commit();

      assertThat(client.query("", key, 0, false).value())
          .isEqualTo(utf8(tx.substring(tx.indexOf('=') + 1)));
    }
  }

  private static Bytes utf8(final String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void execute(final AbciClient client, final Recorded block) throws Exception {
    final BlockAnswer answer =
        client.executeBlock(block.block(), block.hash(), CommitInfo.EMPTY, List.of());
    final long height = block.block().height();
    assertThat(answer.results().appHash())
        .as("app hash after %d", height)
        .isEqualTo(block.appHashAfter());
    assertThat(Hashes.resultsHash(answer.results().txResults()))
        .as("results of %d", height)
        .isEqualTo(block.resultsHashAfter());
    assertThat(AnswersCodec.decodeRecord(answer.record(), LINE)).isEqualTo(answer.results());
    assertThat(client.commit().retainHeight()).isZero();
  }

  private static AbciClient connect(final AbciAddress address) throws FailureException {
    return AbciClient.open(
        address,
        LINE,
        ConnectionSettings.defaults(LINE).withAnswerWithin(Duration.ofSeconds(30)),
        ConnectGate.always());
  }

  private static void begin(final AbciClient client) throws Exception {
    try (InputStream in = resource("genesis.json")) {
      final List<ValidatorUpdate> validators = new ArrayList<>();
      for (final JsonNode validator : new ObjectMapper().readTree(in).get("validators")) {
        final byte[] key =
            Base64.getDecoder().decode(validator.get("pub_key").get("value").textValue());
        validators.add(
            new ValidatorUpdate(
                new PubKey(KeyType.ED25519, Bytes.wrap(key)),
                Long.parseLong(validator.get("power").textValue())));
      }
      assertThat(client.initChain(genesis(), validators).results().appHash())
          .isEqualTo(Bytes.fromHex("0000000000000000"));
    }
  }

  private static GenesisDoc genesis() {
    final ConsensusParams params =
        new ConsensusParams(
            new ConsensusParams.BlockParams(22_020_096, -1, 0),
            new ConsensusParams.EvidenceParams(100_000, Duration.ofDays(2), 1_048_576),
            List.of("ed25519"),
            0,
            0,
            "",
            ConsensusParams.SynchronyParams.NONE,
            0);
    return new GenesisDoc(
        Instant.parse("2026-11-22T14:36:00.139212778Z"),
        "rig-kv-1",
        1,
        params,
        List.of(),
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  private static List<Recorded> chain() throws IOException {
    try (InputStream in = resource("blocks.jsonl.gz")) {
      return RecordedBlocks.load(in);
    }
  }

  private static InputStream resource(final String name) {
    return Objects.requireNonNull(KvStoreReplayIT.class.getResourceAsStream("/kv38/" + name));
  }
}
