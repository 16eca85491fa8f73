package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * State sync and height sync on every line: CometBFT's end-to-end app restored from the snapshots
 * of a running network of four, whose powers change and which a fifth validator joins and leaves.
 */
@Tag("matrix")
final class StateSyncLinesAcceptanceTest {
  private static final long INTERVAL = 10;

  /** Of one chunk, which counts as a hundred blocks: from here it is the shorter way. */
  private static final long NEAREST = 110;

  private static final long TARGET = NEAREST + 9;

  /** Above all changes of power. */
  private static final long LOWEST_PROVEN = 130;

  private static final int TXS = 3;
  private static final int TX_BYTES = 350_000;
  private static final int SILENT = 4;
  private static final List<E2eNetwork.Change> CHANGES =
      List.of(
          new E2eNetwork.Change(7, 1, 25),
          new E2eNetwork.Change(14, SILENT, 2),
          new E2eNetwork.Change(23, 3, 9),
          new E2eNetwork.Change(112, SILENT, 0),
          new E2eNetwork.Change(125, 2, 28));

  @RegisterExtension final TestBed bed = new TestBed();

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      // Celestia's is refused: archived states lack the app's timeouts
      names = {"LINE_CELESTIA"})
  void nodeGoesLiveOnASnapshotAndBeyondOne(final RealLine line) {
    final E2eNetwork network = network(line, 0);
    network.start();
    final long newest = snapshotAboveTxs(network);
    final RestoreBed restores = archived(network, line, newest);

    restore(restores, network, newest);

    final RealNode node = heightSynced(restores, network);
    restores.assertGoesLive(node, TARGET);
    HandshakeLog.of(node).assertOpenedWithoutReplay(TARGET);
  }

  @Test
  void nodeGoesLiveWhereVotesAreExtended() {
    final RealLine line = RealLine.LINE_0_38;
    final E2eNetwork network = network(line, 3);
    network.start();
    final long newest = snapshotAboveTxs(network);
    final RestoreBed restores = archived(network, line, newest);

    restore(restores, network, newest);

    final RealNode node = heightSynced(restores, network);
    // no archive holds the extended commit that the node wants for its last block
    final String home = node.home().path().toString();
    assertThat(
            UnderstudyProcess.start(bed, "handoff", "--set-aside", home)
                .awaitDone(Duration.ofMinutes(1)))
        .contains("blocks %d to %d are set".formatted(NEAREST + 1, TARGET));
    restores.assertGoesLive(node, TARGET);
  }

  private E2eNetwork network(final RealLine line, final long extensionsFrom) {
    final E2eNetwork network =
        E2eNetwork.create(
            bed,
            line,
            new E2eNetwork.Shape(
                "understudy-ssync-" + line, keyType(line), extensionsFrom, INTERVAL, CHANGES),
            10,
            20,
            30,
            15);
    for (final RealNode node : network.nodes()) {
      node.home()
          .config()
          .set("consensus", "timeout_commit", "100ms")
          .set("consensus", "skip_timeout_commit", false);
    }
    return network;
  }

  /** One line's validators sign with the other kind of key. */
  private static String keyType(final RealLine line) {
    return line == RealLine.LINE_0_37 ? "secp256k1" : E2eNetwork.ED25519;
  }

  /**
   * The newest snapshot that the archive is to prove: the first that has more than one chunk, by
   * txs that are in no earlier one. A busy machine may have gone past any height by then.
   */
  private static long snapshotAboveTxs(final E2eNetwork network) {
    network.node(0).waitForHeight(NEAREST + 1);
    final RpcClient rpc = network.rpc(0);
    for (int i = 0; i < TXS; i++) {
      final String tx = "key%d=%s".formatted(i, Integer.toString(i).repeat(TX_BYTES));
      rpc.broadcast(tx.getBytes(StandardCharsets.UTF_8));
    }
    final List<Long> heights =
        Awaitility.await("the txs are in blocks")
            .atMost(Duration.ofMinutes(2))
            .until(() -> heightsOfTxs(rpc), found -> found.size() == TXS);
    final long above = (Collections.max(heights) + INTERVAL - 1) / INTERVAL * INTERVAL;
    return Math.max(above, LOWEST_PROVEN);
  }

  private static List<Long> heightsOfTxs(final RpcClient rpc) {
    return rpc.txSearch("tx.height>" + NEAREST).path("txs").findValuesAsText("height").stream()
        .map(Long::valueOf)
        .toList();
  }

  private RestoreBed archived(final E2eNetwork network, final RealLine line, final long newest) {
    final RestoreBed restores =
        RestoreBed.archived(bed, network, newest + 3, "--engine", line.engine());
    assertThat(restores.packed())
        .contains("ssync: height %d, 2 chunks".formatted(newest))
        .contains("ssync: height %d, 1 chunks".formatted(NEAREST));
    assertThat(network.rpc(1).powers(20)).containsExactlyInAnyOrder(10L, 25L, 30L, 15L, 2L);
    assertThat(network.rpc(1).powers(newest)).containsExactlyInAnyOrder(10L, 25L, 28L, 9L);
    return restores;
  }

  private void restore(final RestoreBed restores, final E2eNetwork network, final long newest) {
    final NodeHome home = network.newHome("restored");
    network.appOn(home).start();
    assertThat(restores.sync("state-sync", home)).contains("restored at height " + newest);
    final RealNode node = network.nodeOn(home);
    restores.assertGoesLive(node, newest);
    restores.assertStartsAgain(node);
  }

  /** By the nearest snapshot and the blocks behind it. */
  private static RealNode heightSynced(final RestoreBed restores, final E2eNetwork network) {
    final NodeHome home = network.newHome("further");
    network.appOn(home).start();
    final String said =
        restores.sync("height-sync", home, "--target-height", Long.toString(TARGET));
    assertThat(said)
        .contains("the snapshot of height %d (1 chunks) and 9 blocks".formatted(NEAREST))
        .contains("restored at height " + NEAREST);
    return network.nodeOn(home);
  }
}
