package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real SDK app restored from an archived snapshot; its node goes live in the running network. */
final class StateSyncAcceptanceTest {
  private static final Duration SYNC_TIME = Duration.ofMinutes(2);
  private static final long PACKED = 36;
  private static final long SNAPSHOT = 30;
  private static final long TARGET = 33;

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void realNodeGoesLiveOnHomesFromASnapshot() throws IOException {
    final SimdNetwork network = SimdNetwork.create(bed, "understudy-ssync", 4);
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "200ms")
          .set("consensus", "skip_timeout_commit", false);
    }
    final NodeHome archived = network.node(0).home();
    archived
        .appConfig()
        .set("state-sync", "snapshot-interval", 10)
        .set("state-sync", "snapshot-keep-recent", 20);
    network.start();
    network.load(20, 5);
    network.waitForHeight(PACKED);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(1), folder, "--runtime", "bsync", "--to", Long.toString(PACKED));
    // its home must be at rest; the three others go on without it
    network.node(0).stop();
    final String packed =
        UnderstudyProcess.start(
                bed,
                "archive",
                "pack",
                "--snapshots",
                "--home",
                archived.path().toString(),
                "--binary",
                simd(),
                folder.toString())
            .awaitDone(SYNC_TIME);
    assertThat(packed).contains("ssync: height " + SNAPSHOT);
    network.node(0).start();
    final ArchiveProcess archive = ArchiveProcess.serve(bed, folder);

    final NodeHome restored = network.newHome("restored");
    final Path report = bed.folder().resolve("proof.json");
    sync("state-sync", restored, archive, "--proof-report", report.toString());
    final JsonNode proof = new ObjectMapper().readTree(report.toFile());
    assertThat(proof.path("height").asLong()).isEqualTo(SNAPSHOT);
    assertThat(proof.path("anchor").asText()).isEqualTo("genesis");
    assertGoesLive(network, network.nodeOn(restored), SNAPSHOT);

    final NodeHome further = network.newHome("further");
    sync("state-sync", further, archive);
    sync("height-sync", further, archive, "--target-height", Long.toString(TARGET));
    final RealNode node = network.nodeOn(further);
    assertGoesLive(network, node, TARGET);
    HandshakeLog.of(node).assertOpenedWithoutReplay(TARGET);
  }

  private void sync(
      final String command,
      final NodeHome home,
      final ArchiveProcess archive,
      final String... flags) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(command, "--home", home.path().toString(), "--binary", simd()));
    arguments.addAll(archive.sourceFlags());
    arguments.addAll(List.of("--snapshot-pool-id", "2", "--trust", "genesis"));
    arguments.addAll(List.of(flags));
    UnderstudyProcess.start(bed, arguments.toArray(String[]::new)).awaitDone(SYNC_TIME);
  }

  private static String simd() {
    return RealNodes.binary(RealBinary.SIMD_0_50).toString();
  }

  private static void assertGoesLive(
      final SimdNetwork network, final RealNode node, final long height) {
    node.start().waitUntilLive();
    assertThat(node.log()).doesNotContain("panic");
    final long live = node.rpc().height();
    assertThat(live).isGreaterThan(height);
    network.waitForHeight(live);
    final JsonNode ours = node.rpc().block(live);
    final JsonNode theirs = network.rpc(1).block(live);
    assertThat(ours.at("/block_id/hash")).isEqualTo(theirs.at("/block_id/hash"));
    assertThat(ours.at("/block/header/app_hash").asText())
        .isNotEmpty()
        .isEqualTo(theirs.at("/block/header/app_hash").asText());
    node.stop();
    // the offline height is good for one start alone: by now it is not needed any more
    node.start().waitUntilLive();
    node.stop();
  }
}
