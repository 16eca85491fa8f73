package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A running network of four validators: our home goes live in it, and is what a node would have.
 */
final class FourValidatorsAcceptanceTest {
  private static final Duration SYNC_TIME = Duration.ofMinutes(1);
  private static final Pattern SWITCHED =
      Pattern.compile("Time to switch to consensus reactor!.* height=(\\d+)");

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void realNodeOnOurHomeCatchesUpFromPeersAndFollowsLive() {
    final CometNetwork network = startNetwork("understudy-live");
    network.waitForHeight(40);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(bed, network.rpc(0), folder, "--runtime", "tendermint");
    final RealNode node = network.nodeOn(network.newHome("home"));
    node.app().start();

    final String output =
        UnderstudyProcess.blockSync(bed, node.home(), ArchiveProcess.serve(bed, folder))
            .awaitDone(SYNC_TIME);
    final long height = doneAt(output);
    assertThat(height).isGreaterThanOrEqualTo(39);
    node.start().waitUntilLive();

    HandshakeLog.of(node).assertOpenedWithoutReplay(height);
    assertThat(node.rpc().catchingUp()).isFalse();
    final long live = node.rpc().height();
    assertThat(live).isGreaterThan(height);
    network.waitForHeight(live);
    final JsonNode ours = node.rpc().block(live);
    final JsonNode theirs = network.rpc(1).block(live);
    assertThat(ours.at("/block_id/hash")).isEqualTo(theirs.at("/block_id/hash"));
    assertThat(ours.at("/block/header/app_hash").asText())
        .isNotEmpty()
        .isEqualTo(theirs.at("/block/header/app_hash").asText());
  }

  @Test
  void ourHomeIsByteForByteThatOfANodeWhichSyncedTheSameNetwork() {
    final CometNetwork network = startNetwork("understudy-bytes");
    network.waitForHeight(40);
    final RealNode fifth = network.nodeOn(network.newHome("fifth")).start().waitUntilLive();
    network.stop();
    final long height = settledHeight(fifth);
    fifth.stop();
    // the successor of the last block proves it
    network.start().waitForHeight(height + 2);
    final Path folder = bed.folder().resolve("archive");
    ArchiveProcess.pack(bed, network.rpc(0), folder, "--runtime", "bsync");
    network.stop();

    final RealNode ours = network.nodeOn(network.newHome("home"));
    ours.app().start();
    final String output =
        UnderstudyProcess.blockSync(
                bed,
                ours.home(),
                ArchiveProcess.serve(bed, folder),
                "--target-height",
                Long.toString(height))
            .awaitDone(SYNC_TIME);
    assertThat(doneAt(output)).isEqualTo(height);

    final HomeComparison comparison = new HomeComparison(ours.home(), fifth.home(), height, true);
    // up to here the fifth took blocks with their successors' commits, as we do
    final long lastSynced = lastSynced(fifth);
    assertThat(lastSynced).isBetween(30L, height);
    assertThat(comparison.assertEqual(lastSynced)).isGreaterThan(height * 7);
    comparison.assertSeenCommitsAreTheChainsOwn();
  }

  private CometNetwork startNetwork(final String chainId) {
    final CometNetwork network = CometNetwork.create(bed, chainId, 10, 20, 30, 15);
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "150ms")
          .set("consensus", "skip_timeout_commit", false);
    }
    network.start().waitForHeight(3);
    network.rpc(0).broadcast("stage=left".getBytes(StandardCharsets.UTF_8));
    network.rpc(0).broadcast(CometNetwork.powerTx(network.publicKey(1), 25));
    network.waitForHeight(12);
    network.rpc(0).broadcast("stage=right".getBytes(StandardCharsets.UTF_8));
    network.rpc(0).broadcast(CometNetwork.powerTx(network.publicKey(3), 9));
    return network;
  }

  /** The height of a node that gets no blocks any more, when its app has it too. */
  private static long settledHeight(final RealNode node) {
    Awaitility.await("block store and app at one height")
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                node.rpc().abciInfo().at("/response/last_block_height").asLong()
                    == node.rpc().height());
    return node.rpc().height();
  }

  private static long doneAt(final String output) {
    final Matcher matcher = Pattern.compile("done at height (\\d+)").matcher(output);
    assertThat(matcher.find()).as(output).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private static long lastSynced(final RealNode node) {
    final Matcher matcher = SWITCHED.matcher(node.log());
    assertThat(matcher.find()).as("the node left block sync").isTrue();
    // it tells the height that it would have asked for next
    return Long.parseLong(matcher.group(1)) - 1;
  }
}
