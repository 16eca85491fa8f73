package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The test set-up itself: real nodes make blocks, sync from each other, and can be compared. */
final class RealNodesAcceptanceTest {
  private static final Pattern HEIGHT = Pattern.compile("(?:H|P|C|SC|EC):(\\d+)(?::\\d+)?");

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void fifthNodeSyncsFromFourValidatorsAndKeepsTheSameBlocks() {
    final CometNetwork network = CometNetwork.create(bed, "understudy-smoke", 10, 10, 10, 10);
    network.start().waitForHeight(3);
    network.rpc(0).broadcast("stage=left".getBytes(StandardCharsets.UTF_8));
    network.rpc(0).broadcast(CometNetwork.powerTx(network.publicKey(1), 17));
    network.waitForHeight(30);

    final RealNode fifth = network.nodeOn(network.newHome("fifth")).start().waitUntilLive();
    final long live = fifth.rpc().height();
    network.waitForHeight(live + 1);
    assertThat(fifth.rpc().block(live).at("/block_id/hash"))
        .isEqualTo(network.rpc(0).block(live).at("/block_id/hash"));
    assertThat(fifth.rpc().validators(20).path("validators"))
        .hasSize(4)
        .anyMatch(validator -> validator.path("voting_power").asText().equals("17"));
    fifth.stop();
    network.stop();

    final DbDump.Comparison comparison =
        new DbDump()
            .compare(
                fifth.home().database("blockstore"), network.node(0).home().database("blockstore"));
    // seen commits are each node's own; everything else below the head must be the same
    final List<DbDump.Difference> below =
        comparison.differences().stream()
            .filter(difference -> !difference.key().startsWith("SC:"))
            .filter(difference -> height(difference) < live)
            .toList();
    assertThat(below).isEmpty();
    assertThat(comparison.same()).isGreaterThan(4 * (live - 1));
  }

  @Test
  void simdNodeSyncsFromValidatorsUnderLoad() {
    final SimdNetwork network = SimdNetwork.create(bed, "understudy-smoke-sim", 2);
    network.start().waitForHeight(2);
    assertThat(network.load(15, 4).awaitExit(Duration.ofMinutes(2))).isZero();

    final RealNode third = network.nodeOn(network.newHome("third")).start().waitUntilLive();
    final long live = third.rpc().height();
    network.waitForHeight(live);
    assertThat(third.rpc().block(live).at("/block_id/hash"))
        .isEqualTo(network.rpc(0).block(live).at("/block_id/hash"));
    assertThat(LongStream.rangeClosed(2, 15))
        .anyMatch(height -> third.rpc().txsAt(height).path("total_count").asInt() > 0);
  }

  @Test
  void everyProcessEndsWithItsBed() {
    final ChildProcess node;
    final ChildProcess app;
    try (TestBed inner = TestBed.in(bed.folder().resolve("inner"))) {
      final RealNode validator = CometNetwork.create(inner, "understudy-ends", 10).node(0).start();
      validator.waitForHeight(2).kill();
      validator.start().waitForHeight(4);
      node = validator.process();
      app = validator.app().process();
    }
    assertThat(node.isAlive()).isFalse();
    assertThat(app.isAlive()).isFalse();
  }

  /** The height that a key belongs to; keys of the head belong to none. */
  private static long height(final DbDump.Difference difference) {
    if (difference.key().startsWith("BH:")) {
      final String value =
          difference.where() == DbDump.Where.ONLY_LEFT ? difference.left() : difference.right();
      return Long.parseLong(value);
    }
    final Matcher matcher = HEIGHT.matcher(difference.key());
    if (matcher.matches()) {
      return Long.parseLong(matcher.group(1));
    }
    assertThat(difference.key()).isEqualTo("blockStore");
    return Long.MAX_VALUE;
  }
}
