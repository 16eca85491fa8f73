package dev.understudy.handoff.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.handoff.process.NodeLaunch;
import dev.understudy.handoff.process.NodeProcess;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LiveWatchIT {
  private static final Duration SOON = Duration.ofMillis(600);

  private final Path folder;
  private final FakeNodeRpc node = new FakeNodeRpc();

  LiveWatchIT(@TempDir final Path folder) throws IOException {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void nodeThatComesForwardOutsideOfBlockSyncIsLive() throws Exception {
    final List<Long> seen = new ArrayList<>();

    final long live = watch(SOON).untilLive(status -> seen.add(status.height()));

    assertThat(seen).containsExactly(11L);
    assertThat(live).isEqualTo(12);
  }

  @Test
  void nodeThatCatchesUpIsFollowedAndNotYetLive() {
    node.catchingUp = true;
    node.height = times -> Math.min(times, 3);
    final List<Long> seen = new ArrayList<>();

    assertThatThrownBy(() -> watch(SOON).untilLive(status -> seen.add(status.height())))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.NODE);
              assertThat(e).hasMessageContaining("still catching up at height 3");
              assertThat(e.advice()).contains("persistent_peers", "The home is kept");
            });
    assertThat(seen).containsExactly(1L, 2L, 3L);
  }

  @Test
  void nodeWithoutPeersIsToldAsThat() {
    node.catchingUp = true;
    node.peers = 0;
    node.height = times -> 5;

    assertThatThrownBy(() -> watch(SOON).untilLive(status -> {}))
        .hasMessageContaining("no peers")
        .hasMessageContaining("at height 5");
  }

  @Test
  void peersThatHavePrunedTheNextBlockAreNamed() throws Exception {
    node.catchingUp = true;
    node.height = times -> 5;
    try (FakeNodeRpc peer = new FakeNodeRpc()) {
      peer.earliest = 1000;
      assertThatThrownBy(() -> watch(SOON, peer.address()).untilLive(status -> {}))
          .hasMessageContaining("no known peer has block 6")
          .hasMessageContaining("blocks 1000 to");
    }
  }

  @Test
  void haltedChainIsToldAsThat() {
    node.height = times -> 7;

    assertThatThrownBy(() -> watch(SOON).untilLive(status -> {}))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.advice()).contains("halted"))
        .hasMessageContaining("does not come forward from height 7");
  }

  @Test
  void nodeOfAnotherChainAtThePortIsNotTakenForOurs() {
    node.network = "other-1";

    assertThatThrownBy(() -> watch(SOON).untilLive(status -> {})).hasMessageContaining("'other-1'");
  }

  @Test
  void silentNodeIsAFailureAfterThePatience() {
    node.close();

    assertThatThrownBy(() -> watch(SOON).untilLive(status -> {}))
        .hasMessageContaining("has not answered");
  }

  @Test
  void stopEndsTheWatchAndNotTheNode() {
    final LiveWatch watch = watch(Duration.ofMinutes(1));
    node.catchingUp = true;

    assertThatThrownBy(() -> watch.untilLive(status -> watch.requestStop()))
        .isInstanceOf(InterruptedException.class);
  }

  /** Lines as real nodes print them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          panic: UPGRADE "v5" NEEDED at height: 7: | an upgrade
          panic: failed to reconstruct last extended commit; height 7 | vote extensions
          panic: failed to reconstruct last commit; seen commit for height 7 not found | seen commit
          panic: state.AppHash does not match AppHash after replay. Got 00, expected 01 | another app hash
          app block height (8) is higher than core (7) | ahead of the home
          panic: state (7) and store (0) height mismatch, stores were left in an inconsistent state | different heights
          ERROR: failed to listen on 127.0.0.1:26657: bind: address already in use | taken
          failed to initialize database: resource temporarily unavailable | another process
          genesis doc hash in db does not match loaded genesis doc | not the one
          write data: no space left on device | disk is full
          """)
  void endOfTheNodeIsToldByItsLastWords(final String line, final String meaning) throws Exception {
    node.close();
    final NodeProcess process =
        NodeProcess.start(
            new NodeLaunch(
                List.of("/bin/sh", "-c", "echo \"$0\"; exit 2", line),
                Map.of(),
                folder,
                /* ownOutput= */ false));
    final LiveWatch watch =
        new LiveWatch(
            new NodeRpc(node.address()),
            Optional.of(process),
            "made-1",
            new PeerBlocks(List.of()),
            Duration.ofMinutes(1));

    assertThatThrownBy(() -> watch.untilLive(status -> {}))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.NODE);
              assertThat(e.advice()).contains("node.log");
            })
        .hasMessageContaining("ended with exit code 2")
        .hasMessageContaining(meaning)
        .hasMessageContaining(line.strip());
  }

  private LiveWatch watch(final Duration patience, final URI... peers) {
    return new LiveWatch(
        new NodeRpc(node.address()),
        Optional.empty(),
        "made-1",
        new PeerBlocks(List.of(peers)),
        patience);
  }
}
