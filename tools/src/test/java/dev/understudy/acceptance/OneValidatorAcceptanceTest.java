package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The recorded chain of one validator, whose key is at hand: the real node makes blocks on it. */
final class OneValidatorAcceptanceTest {
  private static final long TIP = 250;
  private static final Duration SYNC_TIME = Duration.ofMinutes(1);
  private static final Duration DEMO_TIME = Duration.ofMinutes(2);
  private static final Path CHAIN =
      Path.of(
          System.getProperty("basedir", "."),
          "src/main/resources/dev/understudy/tools/demo/kv1".split("/"));

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void realNodeMakesBlocksOnOurHomeAndItsSignStateWasNeverTouched() throws IOException {
    final Path cometbft = RealNodes.binary(RealBinary.COMETBFT_0_38);
    final NodeHome home = NodeHome.ofComet(bed, "home", cometbft);
    home.useGenesis(CHAIN.resolve("genesis.json"));
    home.useValidatorKey(CHAIN.resolve("priv_validator_key.json"));
    final Path signState = home.data().resolve("priv_validator_state.json");
    final byte[] signStateBefore = Files.readAllBytes(signState);
    final Object signFileBefore = Files.getLastModifiedTime(signState);
    final byte[] keyBefore = Files.readAllBytes(home.validatorKey());
    final KvApp app = bed.own(KvApp.of(bed, home).start());

    final String output =
        UnderstudyProcess.blockSync(
                bed, home, ArchiveProcess.serve(bed, CHAIN), "--target-height", Long.toString(TIP))
            .awaitDone(SYNC_TIME);
    assertThat(output).contains("done at height " + TIP);
    assertThat(signState).hasBinaryContent(signStateBefore);
    assertThat(Files.getLastModifiedTime(signState)).isEqualTo(signFileBefore);
    assertThat(home.validatorKey()).hasBinaryContent(keyBefore);

    final RealNode node = new RealNode(bed, cometbft, home, app).start().waitForHeight(TIP + 3);
    HandshakeLog.of(node).assertOpenedWithoutReplay(TIP);
    assertThat(node.rpc().block(TIP + 1).at("/block/header/last_block_id/hash"))
        .isEqualTo(node.rpc().block(TIP).at("/block_id/hash"));
    node.stop();
    assertThat(signedHeight(signState)).isGreaterThanOrEqualTo(TIP + 3);
  }

  @Test
  void demoHandsOverToTheRealNode() throws IOException {
    final Path folder = bed.folder().resolve("demo");
    final String output =
        UnderstudyProcess.start(
                bed,
                "demo",
                "--dir",
                folder.toString(),
                "--node-binary",
                RealNodes.binary(RealBinary.COMETBFT_0_38).toString())
            .awaitDone(DEMO_TIME);

    assertThat(output)
        .contains("synced     250 blocks to height 250")
        .containsPattern("live {7}the real node went on from 250 and is at height 25[3-9]")
        .contains("summary    250 blocks");
    final Path home = folder.resolve("home");
    assertThat(signedHeight(home.resolve("data").resolve("priv_validator_state.json")))
        .isGreaterThan(TIP);
  }

  private static long signedHeight(final Path signState) throws IOException {
    return new ObjectMapper().readTree(signState.toFile()).path("height").asLong();
  }
}
