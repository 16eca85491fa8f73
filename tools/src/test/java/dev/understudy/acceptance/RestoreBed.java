package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Snapshots beside a running network: its blocks and the first node's snapshots in an archive, runs
 * that restore from there, what must hold for a node on such a home.
 */
final class RestoreBed {
  static final Duration SYNC_TIME = Duration.ofMinutes(2);

  private final TestBed bed;
  private final RealNetwork network;
  private final ArchiveProcess archive;
  private final List<String> app;
  private final String packed;

  private RestoreBed(
      final TestBed bed,
      final RealNetwork network,
      final ArchiveProcess archive,
      final List<String> app,
      final String packed) {
    this.bed = bed;
    this.network = network;
    this.archive = archive;
    this.app = app;
    this.packed = packed;
  }

  /**
   * Packs what a running network has up to a height, and the snapshots of its first node.
   *
   * @param app the flags that say what the app is
   */
  static RestoreBed archived(
      final TestBed bed, final RealNetwork network, final long height, final String... app) {
    // its home must be at rest, and its app keeps but the newest few snapshots: it stops before
    // anything is packed, however long that takes; the three others go on without it
    network.node(0).waitForHeight(height).stop();
    network.node(1).waitForHeight(height);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(1), folder, "--runtime", "bsync", "--to", Long.toString(height));
    final List<String> pack = new ArrayList<>();
    pack.addAll(List.of("archive", "pack", "--snapshots", "--home"));
    pack.add(network.node(0).home().path().toString());
    pack.addAll(List.of(app));
    pack.add(folder.toString());
    final String packed =
        UnderstudyProcess.start(bed, pack.toArray(String[]::new)).awaitDone(SYNC_TIME);
    network.node(0).start();
    return new RestoreBed(bed, network, ArchiveProcess.serve(bed, folder), List.of(app), packed);
  }

  /** What the packing of the snapshots said. */
  String packed() {
    return packed;
  }

  /** Runs {@code state-sync} or {@code height-sync}, trusting the genesis file. */
  String sync(final String command, final NodeHome home, final String... flags) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(command, "--home", home.path().toString()));
    arguments.addAll(app);
    arguments.addAll(archive.sourceFlags());
    arguments.addAll(List.of("--snapshot-pool-id", "2", "--trust", "genesis"));
    arguments.addAll(List.of(flags));
    return UnderstudyProcess.start(bed, arguments.toArray(String[]::new)).awaitDone(SYNC_TIME);
  }

  /** The node's first start on the home ends in its network, with the network's blocks. */
  void assertGoesLive(final RealNode node, final long height) {
    node.start().waitUntilLive();
    assertThat(node.log()).doesNotContain("panic");
    final long live = node.rpc().height();
    assertThat(live).isGreaterThan(height);
    network.waitForHeight(live);
    final JsonNode ours = node.rpc().block(live);
    final JsonNode theirs = network.rpc(1).block(live);
    assertThat(ours.at("/block_id/hash").asText()).isNotEmpty();
    assertThat(ours.at("/block_id/hash")).isEqualTo(theirs.at("/block_id/hash"));
    assertThat(ours.at("/block/header/app_hash").asText())
        .isNotEmpty()
        .isEqualTo(theirs.at("/block/header/app_hash").asText());
  }

  /** The offline height is good for one start alone: by then it is not needed any more. */
  void assertStartsAgain(final RealNode node) {
    node.stop();
    node.start().waitUntilLive();
    node.stop();
  }
}
