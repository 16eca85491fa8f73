package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorded chain of four validators, synced and then opened by the real node. */
final class RecordedChainAcceptanceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long TIP = 120;
  private static final Duration SYNC_TIME = Duration.ofMinutes(1);
  private static final Path CHAIN =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "chains", "kv4");

  @RegisterExtension final TestBed bed = new TestBed();

  @ParameterizedTest
  @ValueSource(strings = {"chain", "full"})
  void realNodeOpensTheHomeWithoutReplayAndAnswersAsTheRecordingNode(final String verify)
      throws IOException {
    final Path cometbft = RealNodes.binary(RealBinary.COMETBFT_0_38);
    final NodeHome home = NodeHome.ofComet(bed, "home", cometbft);
    home.useGenesis(CHAIN.resolve("genesis.json"));
    final KvApp app = bed.own(KvApp.of(bed, home).start());

    final String output =
        UnderstudyProcess.blockSync(bed, home, ArchiveProcess.serve(bed, CHAIN), "--verify", verify)
            .awaitDone(SYNC_TIME);
    assertThat(output).contains("done at height " + TIP + ": " + TIP + " blocks");

    final RealNode node =
        new RealNode(bed, cometbft, home, app).start().waitForHeight(TIP, Duration.ofSeconds(30));
    HandshakeLog.of(node).assertOpenedWithoutReplay(TIP);
    assertThat(node.rpc().abciInfo().at("/response/last_block_height").asLong()).isEqualTo(TIP);
    assertThat(appHash(node)).isEqualTo(recordedAppHash());
    final List<Path> answers = recordedAnswers();
    assertThat(answers).hasSizeGreaterThanOrEqualTo(6 * 10);
    for (final Path file : answers) {
      assertAnswersAsRecorded(node.rpc(), file);
    }
  }

  @Test
  void syncGoesOnWithAHomeThatTheRealNodeHasHad() throws IOException {
    final long first = 60;
    final Path cometbft = RealNodes.binary(RealBinary.COMETBFT_0_38);
    final NodeHome home = NodeHome.ofComet(bed, "home", cometbft);
    home.useGenesis(CHAIN.resolve("genesis.json"));
    final KvApp app = bed.own(KvApp.of(bed, home).start());
    final ArchiveProcess archive = ArchiveProcess.serve(bed, CHAIN);
    UnderstudyProcess.blockSync(bed, home, archive, "--target-height", Long.toString(first))
        .awaitDone(SYNC_TIME);
    final RealNode between =
        new RealNode(bed, cometbft, home, app).start().waitForHeight(first, Duration.ofSeconds(30));
    between.stop();

    final String output = UnderstudyProcess.blockSync(bed, home, archive).awaitDone(SYNC_TIME);

    assertThat(output).contains("done at height " + TIP + ": " + (TIP - first) + " blocks");
    final RealNode node =
        new RealNode(bed, cometbft, home, app).start().waitForHeight(TIP, Duration.ofSeconds(30));
    assertThat(appHash(node)).isEqualTo(recordedAppHash());
    for (final Path file : recordedAnswers()) {
      assertAnswersAsRecorded(node.rpc(), file);
    }
  }

  private static void assertAnswersAsRecorded(final RpcClient rpc, final Path file)
      throws IOException {
    final String name = file.getFileName().toString().replace(".json", "");
    final String route = name.substring(0, name.lastIndexOf('-'));
    final long height = Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
    final JsonNode recorded = JSON.readTree(file.toFile()).path("result");
    final JsonNode answered =
        route.equals("tx_search") ? rpc.txsAt(height) : rpc.get(route + "?height=" + height);
    assertThat(recorded.isObject()).as(name + " is an answer").isTrue();
    if (route.equals("commit") && height == TIP) {
      // the recording node had the next block already, whose copy of the commit is the canonical
      assertThat(answered.path("canonical").asBoolean()).isFalse();
      ((ObjectNode) answered).put("canonical", true);
    }
    assertThat(answered).as(name).isEqualTo(recorded);
  }

  private static String appHash(final RealNode node) throws IOException {
    final byte[] hash = node.rpc().abciInfo().at("/response/last_block_app_hash").binaryValue();
    return HexFormat.of().withUpperCase().formatHex(hash);
  }

  private static String recordedAppHash() throws IOException {
    return JSON.readTree(CHAIN.resolve("manifest.json").toFile())
        .at("/heights/" + TIP + "/app_hash_after")
        .asText();
  }

  private static List<Path> recordedAnswers() throws IOException {
    try (Stream<Path> files = Files.list(CHAIN.resolve("rpc"))) {
      return files.sorted().toList();
    }
  }
}
