package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code understudy run} on a chain with vote extensions: a network of four validators, archived as
 * any other, without extended commits.
 */
final class VoteExtensionsAcceptanceTest {
  private static final Logger LOG = LoggerFactory.getLogger(VoteExtensionsAcceptanceTest.class);
  private static final int NODE_FAILED = 9;
  private static final long EXTENSIONS_FROM = 3;
  private static final long ARCHIVED = 30;

  /** The last height that the archive proves. */
  private static final long HANDED_OVER = ARCHIVED - 1;

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void nodeBeginsBehindTheArchiveAndLaterServesItsBlocksToo() {
    goesLiveAndServesAllBlocks(RealLine.LINE_0_38);
  }

  @ParameterizedTest
  @Tag("matrix")
  @EnumSource(names = {"LINE_0_39", "LINE_0_40", "LINE_1_0", "LINE_1_0_KEYS_V2"})
  void soDoesTheNodeOfAnotherLine(final RealLine line) {
    goesLiveAndServesAllBlocks(line);
  }

  private void goesLiveAndServesAllBlocks(final RealLine line) {
    final E2eNetwork network = network(line, "understudy-extensions");
    final RunBed runs = RunBed.archived(bed, network, ARCHIVED);
    final RealNode node = network.nodeOn(network.newHome("home"));
    final E2eApp app = network.appOn(node.home()).start();
    final long pid = app.process().pid();
    runs.ownNode(node.home());

    final String output = runs.run(node.home(), flagsOf(line)).awaitDone(RunBed.RUN_TIME);

    assertThat(output)
        .contains(
            "prepared   vote extensions are on: blocks 1 to %d are set".formatted(HANDED_OVER))
        .contains("handoff --put-back");
    LOG.info("{}: {}", line, Gap.of(output));
    runs.assertLive(node, output);
    assertThat(app.process().pid()).isEqualTo(pid);
    assertThat(app.process().isAlive()).isTrue();
    assertThat(RunBed.nodeLog(node.home())).doesNotContain("panic");
    assertThat(earliest(node)).isEqualTo(HANDED_OVER + 1);

    // a plain restart by now needs nothing
    RunBed.endNode(node.home());
    node.start().waitUntilLive();
    node.stop();
    assertThat(handoff("--put-back", node.home(), line))
        .contains("the block store counts blocks 1 to ");
    node.start().waitUntilLive();
    assertThat(earliest(node)).isEqualTo(1);
    for (final long height : new long[] {1, EXTENSIONS_FROM, HANDED_OVER, HANDED_OVER + 1}) {
      runs.assertSameBlock(node, height);
      assertThat(node.rpc().commit(height).at("/signed_header/commit/height").asLong())
          .isEqualTo(height);
      assertThat(node.rpc().validators(height).path("total").asInt()).isEqualTo(4);
      assertThat(node.rpc().blockResults(height).path("height").asLong()).isEqualTo(height);
    }
    assertThat(runs.run(node.home(), flagsOf(line)).awaitDone(RunBed.RUN_TIME))
        .contains("a node runs on this home", "live ");
  }

  @Test
  void secondStartBeforeTheFirstBlockIsRepaired() {
    final E2eNetwork network = network(RealLine.LINE_0_38, "understudy-extensions-twice");
    final RunBed runs = RunBed.archived(bed, network, ARCHIVED);
    final RealNode node = network.nodeOn(network.newHome("home"));
    final NodeHome home = node.home();
    network.appOn(home).start();
    runs.ownNode(home);
    home.config().set("p2p", "persistent_peers", "");
    runs.assertFails(home, NODE_FAILED, "no peers", flags("--live-within-s", "15"));

    // what a unit does that starts its node again
    node.start();
    assertThat(node.process().awaitExit(Duration.ofSeconds(60))).isNotZero();
    assertThat(node.log()).contains("height mismatch");
    assertThat(handoff("--check", home, RealLine.LINE_0_38))
        .contains("Repaired: ", "is set again", "READY");
    node.start();
    network.waitForHeight(network.rpc(0).height() + 2);
    node.process().requireAlive();
    node.stop();

    home.config().set("p2p", "persistent_peers", network.peersFor(home));
    final String output = runs.run(home, flags()).awaitDone(RunBed.RUN_TIME);
    assertThat(output)
        .contains("has made no block", "blocks 1 to %d are set".formatted(HANDED_OVER));
    runs.assertLive(node, output);

    // the node has gone on: the next run lets it serve all of its blocks
    RunBed.endNode(home);
    final String again = runs.run(home, flags()).awaitDone(RunBed.RUN_TIME);
    assertThat(again).containsPattern("count again: the node will have blocks 1 to \\d+");
    runs.assertLive(node, again);
    assertThat(earliest(node)).isEqualTo(1);
    runs.assertSameBlock(node, HANDED_OVER);
  }

  private E2eNetwork network(final RealLine line, final String chainId) {
    final E2eNetwork network =
        E2eNetwork.create(
            bed, line, E2eNetwork.Shape.extended(chainId, EXTENSIONS_FROM), 10, 20, 30, 15);
    RunBed.slowDown(network);
    network.start().waitForHeight(3);
    for (int i = 0; i < 10; i++) {
      network.rpc(0).broadcast("key%d=value".formatted(i).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(network.rpc(0).consensusParams(3).toString()).contains("vote_extensions_enable");
    return network;
  }

  private String handoff(final String what, final NodeHome home, final RealLine line) {
    // nodes of 0.39 and 0.40 leave states that can't be told apart
    return UnderstudyProcess.start(
            bed, "handoff", what, home.path().toString(), "--engine", line.engine())
        .awaitDone(Duration.ofMinutes(2));
  }

  private static long earliest(final RealNode node) {
    final JsonNode sync = node.rpc().status().path("sync_info");
    return sync.path("earliest_block_height").asLong();
  }

  private static String[] flags(final String... more) {
    return flagsOf(RealLine.LINE_0_38, more);
  }

  private static String[] flagsOf(final RealLine line, final String... more) {
    final String[] flags = new String[2 + more.length];
    flags[0] = "--node-binary";
    flags[1] = RealNodes.binary(line.node()).toString();
    System.arraycopy(more, 0, flags, 2, more.length);
    return flags;
  }
}
