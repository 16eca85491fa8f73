package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The whole circle: a real SDK app synced from archived blocks makes snapshots, they are served,
 * packed from there as KYVE's nodes would, and a fresh home restored from that goes live.
 */
final class ServeSnapshotsAcceptanceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long PACKED = 37;
  private static final long SNAPSHOT = 30;
  private static final int STOPPED = 143;
  private static final Pattern SERVED = Pattern.compile("snapshots on (http://\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void aHomeRestoredFromServedSnapshotsGoesLive() throws IOException {
    final SimdNetwork network = SimdNetwork.create(bed, "understudy-serve", 4);
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "200ms")
          .set("consensus", "skip_timeout_commit", false);
    }
    network.start();
    network.load(20, 5);
    network.waitForHeight(PACKED);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(0), folder, "--runtime", "bsync", "--to", Long.toString(PACKED));
    final ArchiveProcess archive = ArchiveProcess.serve(bed, folder);

    final NodeHome made = network.newHome("made");
    final UnderstudyProcess service =
        start(
            "serve-snapshots",
            made,
            archive,
            "--snapshot-interval",
            "10",
            "--snapshot-port",
            "0",
            "--status-port",
            "0");
    service.awaitOutput(SERVED, PATIENCE);
    final Matcher said = SERVED.matcher(service.output());
    assertThat(said.find()).isTrue();
    final URI api = URI.create(said.group(1));
    Awaitility.await("the snapshot of height " + SNAPSHOT + " is listed")
        .atMost(PATIENCE)
        .until(() -> listed(api).contains(Long.toString(SNAPSHOT)));
    final JsonNode state = get(api, "/get_state/" + SNAPSHOT);
    assertThat(state.path("InitialHeight").asText()).isEqualTo("1");
    final String packed =
        UnderstudyProcess.start(
                bed, "archive", "pack", "--snapshot-api", api.toString(), folder.toString())
            .awaitDone(PATIENCE);
    assertThat(packed).contains("ssync: height " + SNAPSHOT);
    service.terminate();
    assertThat(service.awaitExit(PATIENCE)).isEqualTo(STOPPED);
    UnkilledHome.assertSealed(made);

    final NodeHome restored = network.newHome("restored");
    final String done =
        start("state-sync", restored, archive, "--snapshot-pool-id", "2", "--trust", "genesis")
            .awaitDone(PATIENCE);
    assertThat(done).contains("height " + SNAPSHOT);
    final RealNode node = network.nodeOn(restored).start().waitUntilLive();
    assertThat(node.log()).doesNotContain("panic");
    final long live = node.rpc().height();
    network.waitForHeight(live);
    assertThat(node.rpc().block(live).at("/block_id/hash"))
        .isEqualTo(network.rpc(0).block(live).at("/block_id/hash"));
    node.stop();
    // what made the snapshots is a whole home as well
    network.nodeOn(made).start().waitUntilLive();
  }

  private static JsonNode get(final URI api, final String path) throws IOException {
    try (InputStream answer = api.resolve(path).toURL().openStream()) {
      return JSON.readTree(answer);
    }
  }

  private static List<String> listed(final URI api) {
    try {
      return get(api, "/list_snapshots").findValuesAsText("height");
    } catch (final IOException notYet) {
      return List.of();
    }
  }

  private UnderstudyProcess start(
      final String command,
      final NodeHome home,
      final ArchiveProcess archive,
      final String... flags) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            command,
            "--home",
            home.path().toString(),
            "--binary",
            RealNodes.binary(RealBinary.SIMD_0_50).toString()));
    arguments.addAll(archive.sourceFlags());
    arguments.addAll(List.of(flags));
    return UnderstudyProcess.start(bed, arguments.toArray(String[]::new));
  }
}
