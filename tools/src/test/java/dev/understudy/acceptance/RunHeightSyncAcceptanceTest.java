package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code understudy run} by the nearest snapshot: a simd network of four validators. */
final class RunHeightSyncAcceptanceTest {
  /** Long enough for a snapshot to be the shorter way: a chunk counts as a hundred blocks. */
  private static final long ARCHIVED = 136;

  private static final long SNAPSHOT = 130;
  private static final int ROUNDS = Integer.getInteger("understudy.run.rounds", 3);

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void emptyHomeGoesLiveByTheNearestSnapshot() {
    final SimdNetwork network = network("understudy-run-snapshot");
    final RunBed runs = archived(network);
    final RealNode node = network.nodeOn(network.newHome("home"));
    runs.ownNode(node.home());

    final String output = runs.run(node.home(), flags()).awaitDone(RunBed.RUN_TIME);

    assertThat(output)
        .contains("the nearest snapshot at or below height " + (ARCHIVED - 1))
        .contains("synced     %d blocks to height %d".formatted(5, ARCHIVED - 1));
    runs.assertLive(node, output);
    assertThat(RunBed.nodeLog(node.home()))
        .contains("Completed ABCI Handshake")
        .doesNotContain("panic", "Replay last block");
    assertThat(node.rpc().status().at("/sync_info/earliest_block_height").asLong())
        .isEqualTo(SNAPSHOT + 1);
  }

  @Test
  void endsLiveAfterKillsAtRandomInstants() {
    final SimdNetwork network = network("understudy-run-snapshot-killed");
    final RunBed runs = archived(network);
    final Random random = RunBed.random();
    for (int round = 0; round < ROUNDS; round++) {
      final RealNode node = network.nodeOn(network.newHome("home" + round));
      bed.own(LeftoverProcesses.of(bed, node.home()));
      runs.ownNode(node.home());
      runs.assertEndsLive(node, () -> {}, random, flags());
      RunBed.endNode(node.home());
    }
  }

  private SimdNetwork network(final String chainId) {
    final SimdNetwork network = SimdNetwork.create(bed, chainId, 4);
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "150ms")
          .set("consensus", "skip_timeout_commit", false);
    }
    network
        .node(0)
        .home()
        .appConfig()
        .set("state-sync", "snapshot-interval", SNAPSHOT)
        .set("state-sync", "snapshot-keep-recent", 20);
    network.start();
    return network;
  }

  private RunBed archived(final SimdNetwork network) {
    network.waitForHeight(ARCHIVED);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(1), folder, "--runtime", "bsync", "--to", Long.toString(ARCHIVED));
    // its home must be at rest; the three others go on without it
    network.node(0).stop();
    UnderstudyProcess.start(
            bed,
            "archive",
            "pack",
            "--snapshots",
            "--home",
            network.node(0).home().path().toString(),
            "--binary",
            simd(),
            folder.toString())
        .awaitDone(Duration.ofMinutes(3));
    network.node(0).start();
    return RunBed.of(bed, network, ArchiveProcess.serve(bed, folder));
  }

  private static String[] flags() {
    return new String[] {"--binary", simd(), "--snapshot-pool-id", "2", "--trust", "genesis"};
  }

  private static String simd() {
    return RealNodes.binary(RealBinary.SIMD_0_50).toString();
  }
}
