package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Networks that go on while {@code understudy run} catches up with them, and their archives. */
final class RunBed {
  static final Pattern LIVE = Pattern.compile("live +at height (\\d+)");

  private final TestBed bed;

  RunBed(final TestBed bed) {
    this.bed = bed;
  }

  /** Four validators of a line, running, with a few txs on the way. */
  CometNetwork kvNetwork(final RealLine line, final String chainId) {
    final CometNetwork network = CometNetwork.create(bed, line, chainId, 10, 20, 30, 15);
    slowDown(network);
    network.start().waitForHeight(3);
    for (int i = 0; i < 20; i++) {
      network.rpc(0).broadcast("key%d=value".formatted(i).getBytes(StandardCharsets.UTF_8));
    }
    return network;
  }

  static void slowDown(final RealNetwork network) {
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "400ms")
          .set("consensus", "skip_timeout_commit", false);
    }
  }

  /** Serves the network's blocks up to a height, once it has them. */
  ArchiveProcess archiveOf(final RealNetwork network, final long height) {
    network.waitForHeight(height);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(
        bed, network.rpc(0), folder, "--runtime", "bsync", "--to", Long.toString(height));
    return ArchiveProcess.serve(bed, folder);
  }

  UnderstudyProcess run(
      final NodeHome home, final ArchiveProcess archive, final List<String> flags) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("run", "--home", home.path().toString(), "--no-status"));
    arguments.addAll(archive.sourceFlags());
    arguments.addAll(flags);
    return UnderstudyProcess.start(bed, arguments.toArray(String[]::new));
  }

  /** The run has ended in words, and its node agrees with the network about the height told. */
  void assertLive(final RealNetwork network, final RealNode node, final String output) {
    final Matcher live = LIVE.matcher(output);
    assertThat(live.find()).as(output).isTrue();
    final long height = Long.parseLong(live.group(1));
    assertThat(node.rpc().catchingUp()).isFalse();
    network.waitForHeight(height);
    final JsonNode ours = node.rpc().block(height);
    final JsonNode theirs = network.rpc(1).block(height);
    assertThat(ours.at("/block_id/hash").asText()).isNotEmpty();
    assertThat(ours.at("/block_id/hash")).isEqualTo(theirs.at("/block_id/hash"));
    assertThat(ours.at("/block/header/app_hash")).isEqualTo(theirs.at("/block/header/app_hash"));
  }

  static void assertWithoutReplay(final NodeHome home) {
    assertThat(read(home.path().resolve("understudy/node.log")))
        .contains("Completed ABCI Handshake")
        .doesNotContain("Replay last block")
        .doesNotContain("panic");
  }

  /** The bed ends the node that a run has left running. */
  void ownNode(final NodeHome home) {
    bed.own(
        () -> {
          if (Files.exists(home.path().resolve("understudy/node.process"))) {
            ProcessHandle.of(recordedNode(home))
                .filter(handle -> handle.info().commandLine().orElse("").contains(home.path() + ""))
                .ifPresent(ProcessHandle::destroyForcibly);
          }
        });
  }

  static long recordedNode(final NodeHome home) {
    return Long.parseLong(read(home.path().resolve("understudy/node.process")).strip());
  }

  private static String read(final Path file) {
    try {
      return Files.readString(file);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
