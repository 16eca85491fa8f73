package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The main job with a real chain's binary: an SDK app as our child, then as a live node. */
final class SimdSyncAcceptanceTest {
  private static final long LAST = 80;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int STOPPED = 143;

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void simdIsSyncedAsAChildStoppedInTheMiddleAndGoesLiveWithItsNetwork() throws IOException {
    final NodeHome home = syncedAndLive(RealBinary.SIMD_0_50);

    final JsonNode genesis = new ObjectMapper().readTree(home.genesis().toFile());
    assertThat(genesis.at("/consensus/params").isObject()).isTrue();
    assertThat(genesis.path("initial_height").isInt()).isTrue();
  }

  @Tag("matrix")
  @ParameterizedTest
  @EnumSource(names = {"SIMD_0_45", "SIMD_0_46", "SIMD_0_47"})
  void simdOfAnOlderSdkGoesTheSameWay(final RealBinary binary) {
    syncedAndLive(binary);
  }

  private NodeHome syncedAndLive(final RealBinary binary) {
    final SimdNetwork network =
        SimdNetwork.create(bed, binary, "understudy-" + binary.title().replace('.', '-'), 2);
    network.start().waitForHeight(2);
    assertThat(network.load(LAST, 6).awaitExit(PATIENCE)).isZero();
    network.waitForHeight(LAST);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(0), folder, "--runtime", "bsync", "--to", Long.toString(LAST));
    final ArchiveProcess archive = ArchiveProcess.serve(bed, folder);

    final NodeHome home = network.newHome("synced");
    final LeftoverProcesses leftovers = LeftoverProcesses.of(bed, home);
    final String simd = RealNodes.binary(binary).toString();
    final UnderstudyProcess stopped =
        UnderstudyProcess.blockSync(bed, home, archive, "--binary", simd);
    stopped.awaitOutput(Pattern.compile("from height"), PATIENCE).terminate();
    assertThat(stopped.awaitExit(Duration.ofSeconds(10))).isEqualTo(STOPPED);
    assertThat(stopped.output()).containsPattern("stopped at height \\d+");
    assertThat(leftovers.found()).isEmpty();
    UnkilledHome.assertSealed(home);

    final String done =
        UnderstudyProcess.blockSync(bed, home, archive, "--binary", simd).awaitDone(PATIENCE);
    assertThat(done).contains("done at height " + (LAST - 1));
    assertThat(leftovers.found()).isEmpty();
    UnkilledHome.assertSealed(home);

    final RealNode node = network.nodeOn(home).start().waitUntilLive();
    HandshakeLog.of(node).assertOpenedWithoutReplay(LAST - 1);
    final long live = node.rpc().height();
    assertThat(live).isGreaterThan(LAST);
    network.waitForHeight(live);
    for (final long height : new long[] {LAST - 1, LAST, live}) {
      assertThat(node.rpc().block(height).path("block_id"))
          .isEqualTo(network.rpc(0).block(height).path("block_id"));
      assertThat(node.rpc().block(height).at("/block/header/app_hash"))
          .isEqualTo(network.rpc(0).block(height).at("/block/header/app_hash"));
    }
    return home;
  }
}
