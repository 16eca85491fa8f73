package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code understudy run} beside a running network: its archive, its runs, what must hold. */
final class RunBed {
  static final Duration RUN_TIME = Duration.ofMinutes(10);
  static final Pattern LIVE = Pattern.compile("live +at height (\\d+)");
  private static final Logger LOG = LoggerFactory.getLogger(RunBed.class);
  private final TestBed bed;
  private final RealNetwork network;
  private final ArchiveProcess archive;

  private RunBed(final TestBed bed, final RealNetwork network, final ArchiveProcess archive) {
    this.bed = bed;
    this.network = network;
    this.archive = archive;
  }

  /** With an archive that is served already. */
  static RunBed of(final TestBed bed, final RealNetwork network, final ArchiveProcess archive) {
    return new RunBed(bed, network, archive);
  }

  /** Packs what a running network has up to a height. */
  static RunBed archived(final TestBed bed, final RealNetwork network, final long height) {
    network.waitForHeight(height);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(0), folder, "--runtime", "bsync", "--to", Long.toString(height));
    return new RunBed(bed, network, ArchiveProcess.serve(bed, folder));
  }

  RealNetwork network() {
    return network;
  }

  /** Blocks that are not made faster than a machine with much to do can follow. */
  static void slowDown(final RealNetwork network) {
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "400ms")
          .set("consensus", "skip_timeout_commit", false);
    }
  }

  UnderstudyProcess run(final NodeHome home, final String... flags) {
    return run(home, List.of(flags));
  }

  UnderstudyProcess run(final NodeHome home, final List<String> flags) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("run", "--home", home.path().toString(), "--no-status"));
    arguments.addAll(archive.sourceFlags());
    arguments.addAll(flags);
    return UnderstudyProcess.start(bed, arguments.toArray(String[]::new));
  }

  /** The bed ends the node that a run leaves running on the home. */
  void ownNode(final NodeHome home) {
    bed.own(() -> endNode(home));
  }

  /** SIGKILL to the node that a run has started on the home. */
  static void endNode(final NodeHome home) {
    if (Files.exists(home.path().resolve("understudy/node.process"))) {
      ProcessHandle.of(nodeOf(home))
          .filter(handle -> handle.info().commandLine().orElse("").contains(home.path() + ""))
          .ifPresent(
              handle -> {
                handle.destroyForcibly();
                handle.onExit().join();
              });
    }
  }

  static long nodeOf(final NodeHome home) {
    return Long.parseLong(read(home.path().resolve("understudy/node.process")).strip());
  }

  static String nodeLog(final NodeHome home) {
    return read(home.path().resolve("understudy/node.log"));
  }

  void assertFails(final NodeHome home, final int code, final String words, final String... flags) {
    final UnderstudyProcess run = run(home, flags);
    assertThat(run.awaitExit(RUN_TIME)).as(run.output()).isEqualTo(code);
    assertThat(run.output()).contains(words, "what to do:");
  }

  /** The run said so, and the node has the same blocks as its network. */
  void assertLive(final RealNode node, final String output) {
    final Matcher live = LIVE.matcher(output);
    assertThat(live.find()).as(output).isTrue();
    final long height = Long.parseLong(live.group(1));
    assertThat(node.rpc().catchingUp()).isFalse();
    assertSameBlock(node, height);
  }

  /** The node found home and app at the same height, and gave the app nothing again. */
  static void assertWithoutReplay(final NodeHome home) {
    assertThat(nodeLog(home))
        .contains("Completed ABCI Handshake")
        .doesNotContain("Replay last block")
        .doesNotContain("panic");
  }

  void assertSameBlock(final RealNode node, final long height) {
    network.waitForHeight(height);
    final JsonNode ours = node.rpc().block(height);
    final JsonNode theirs = network.rpc(1).block(height);
    assertThat(ours.at("/block_id/hash").asText()).isNotEmpty();
    assertThat(ours.at("/block_id/hash")).isEqualTo(theirs.at("/block_id/hash"));
    assertThat(ours.at("/block/header/app_hash")).isEqualTo(theirs.at("/block/header/app_hash"));
  }

  static Random random() {
    final long seed = Long.getLong("understudy.seed", System.nanoTime());
    LOG.info("seed {}", seed);
    return new Random(seed);
  }

  static String read(final Path file) {
    try {
      return Files.readString(file);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
