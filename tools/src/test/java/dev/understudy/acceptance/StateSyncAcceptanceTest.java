package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real SDK app restored from an archived snapshot; its node goes live in the running network. */
final class StateSyncAcceptanceTest {
  private static final long PACKED = 36;
  private static final long SNAPSHOT = 30;
  private static final long TARGET = 33;

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void realNodeGoesLiveOnHomesFromASnapshot() throws IOException {
    goesLiveOnHomesFromASnapshot(RealBinary.SIMD_0_50);
  }

  @Test
  @Tag("matrix")
  void nodeOfAnOlderSdkGoesLiveOnHomesFromASnapshot() throws IOException {
    goesLiveOnHomesFromASnapshot(RealBinary.SIMD_0_47);
  }

  private void goesLiveOnHomesFromASnapshot(final RealBinary binary) throws IOException {
    final String simd = RealNodes.binary(binary).toString();
    final SimdNetwork network = SimdNetwork.create(bed, binary, "understudy-ssync", 4);
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "200ms")
          .set("consensus", "skip_timeout_commit", false);
    }
    network
        .node(0)
        .home()
        .appConfig()
        .set("state-sync", "snapshot-interval", 10)
        .set("state-sync", "snapshot-keep-recent", 20);
    network.start();
    network.load(20, 5);
    network.waitForHeight(2);
    network.delegate(3, 500_000_000);
    network.waitForHeight(12);
    network.delegate(1, 700_000_000);
    final RestoreBed restores = RestoreBed.archived(bed, network, PACKED, "--binary", simd);
    assertThat(restores.packed()).contains("ssync: height " + SNAPSHOT);
    assertThat(network.rpc(1).powers(1)).containsExactlyInAnyOrder(1000L, 2000L, 3000L, 4000L);
    assertThat(network.rpc(1).powers(SNAPSHOT))
        .containsExactlyInAnyOrder(1000L, 2700L, 3000L, 4500L);

    final NodeHome restored = network.newHome("restored");
    final Path report = bed.folder().resolve("proof.json");
    restores.sync("state-sync", restored, "--proof-report", report.toString());
    final JsonNode proof = new ObjectMapper().readTree(report.toFile());
    assertThat(proof.path("height").asLong()).isEqualTo(SNAPSHOT);
    assertThat(proof.path("anchor").asText()).isEqualTo("genesis");
    final RealNode node = network.nodeOn(restored);
    restores.assertGoesLive(node, SNAPSHOT);
    restores.assertStartsAgain(node);

    final NodeHome further = network.newHome("further");
    restores.sync("state-sync", further);
    restores.sync("height-sync", further, "--target-height", Long.toString(TARGET));
    final RealNode beyond = network.nodeOn(further);
    restores.assertGoesLive(beyond, TARGET);
    HandshakeLog.of(beyond).assertOpenedWithoutReplay(TARGET);
    restores.assertStartsAgain(beyond);
  }
}
