package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code understudy run} on a chain with vote extensions: a network of four validators, archived as
 * any other, without extended commits.
 */
final class VoteExtensionsAcceptanceTest {
  private static final int NODE_FAILED = 9;
  private static final long EXTENSIONS_FROM = 3;
  private static final long ARCHIVED = 30;

  /** The last height that the archive proves. */
  private static final long HANDED_OVER = ARCHIVED - 1;

  private static final int ROUNDS = Integer.getInteger("understudy.run.rounds", 3);

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void nodeBeginsBehindTheArchiveAndLaterServesItsBlocksToo() {
    final E2eNetwork network = network("understudy-extensions");
    final RunBed runs = RunBed.archived(bed, network, ARCHIVED);
    final RealNode node = network.nodeOn(network.newHome("home"));
    final E2eApp app = network.appOn(node.home()).start();
    final long pid = app.process().pid();
    runs.ownNode(node.home());

    final String output = runs.run(node.home(), flags()).awaitDone(RunBed.RUN_TIME);

    assertThat(output)
        .contains(
            "prepared   vote extensions are on: blocks 1 to %d are set".formatted(HANDED_OVER))
        .contains("handoff --put-back")
        .containsPattern("handover +\\d+\\.\\d s from our last block to the node's first own one");
    runs.assertLive(node, output);
    assertThat(app.process().pid()).isEqualTo(pid);
    assertThat(app.process().isAlive()).isTrue();
    assertThat(RunBed.nodeLog(node.home())).doesNotContain("panic");
    assertThat(earliest(node)).isEqualTo(HANDED_OVER + 1);

    // a plain restart by now needs nothing
    RunBed.endNode(node.home());
    node.start().waitUntilLive();
    node.stop();
    assertThat(handoff("--put-back", node.home())).contains("the block store counts blocks 1 to ");
    node.start().waitUntilLive();
    assertThat(earliest(node)).isEqualTo(1);
    for (final long height : new long[] {1, EXTENSIONS_FROM, HANDED_OVER, HANDED_OVER + 1}) {
      runs.assertSameBlock(node, height);
      assertThat(node.rpc().commit(height).at("/signed_header/commit/height").asLong())
          .isEqualTo(height);
      assertThat(node.rpc().validators(height).path("total").asInt()).isEqualTo(4);
      assertThat(node.rpc().blockResults(height).path("height").asLong()).isEqualTo(height);
    }
    assertThat(runs.run(node.home(), flags()).awaitDone(RunBed.RUN_TIME))
        .contains("a node runs on this home", "live ");
  }

  @Test
  void secondStartBeforeTheFirstBlockIsRepaired() {
    final E2eNetwork network = network("understudy-extensions-twice");
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
    assertThat(handoff("--check", home)).contains("Repaired: ", "is set again", "READY");
    node.start();
    network.waitForHeight(network.rpc(0).height() + 2);
    node.process().requireAlive();
    node.stop();

    home.config().set("p2p", "persistent_peers", network.peersFor(home));
    final String output = runs.run(home, flags()).awaitDone(RunBed.RUN_TIME);
    assertThat(output)
        .contains("has made no block", "blocks 1 to %d are set".formatted(HANDED_OVER));
    runs.assertLive(node, output);
  }

  @Test
  void endsLiveAfterKillsAtRandomInstants() {
    final E2eNetwork network = network("understudy-extensions-killed");
    final RunBed runs = RunBed.archived(bed, network, ARCHIVED);
    final Random random = RunBed.random();
    for (int round = 0; round < ROUNDS; round++) {
      final RealNode node = network.nodeOn(network.newHome("home" + round));
      final E2eApp app = network.appOn(node.home()).start();
      runs.ownNode(node.home());
      runs.assertEndsLive(
          node,
          () -> {
            app.process().kill();
            app.start();
          },
          random,
          flags());
      RunBed.endNode(node.home());
      app.process().kill();
    }
  }

  private E2eNetwork network(final String chainId) {
    final E2eNetwork network =
        E2eNetwork.create(
            bed,
            RealLine.LINE_0_38,
            E2eNetwork.Shape.extended(chainId, EXTENSIONS_FROM),
            10,
            20,
            30,
            15);
    RunBed.slowDown(network);
    network.start().waitForHeight(3);
    for (int i = 0; i < 10; i++) {
      network.rpc(0).broadcast("key%d=value".formatted(i).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(network.rpc(0).consensusParams(3).toString()).contains("vote_extensions_enable");
    return network;
  }

  private String handoff(final String what, final NodeHome home) {
    return UnderstudyProcess.start(bed, "handoff", what, home.path().toString())
        .awaitDone(Duration.ofMinutes(2));
  }

  private static long earliest(final RealNode node) {
    final JsonNode sync = node.rpc().status().path("sync_info");
    return sync.path("earliest_block_height").asLong();
  }

  private static String[] flags(final String... more) {
    final String[] flags = new String[2 + more.length];
    flags[0] = "--node-binary";
    flags[1] = RealNodes.binary(RealBinary.COMETBFT_0_38).toString();
    System.arraycopy(more, 0, flags, 2, more.length);
    return flags;
  }
}
