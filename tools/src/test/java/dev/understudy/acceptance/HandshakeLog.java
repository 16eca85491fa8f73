package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

/** What a real node's first start on a home says about the heights that it found. */
final class HandshakeLog {
  private final String log;

  private HandshakeLog(final String log) {
    this.log = log;
  }

  static HandshakeLog of(final RealNode node) {
    return new HandshakeLog(node.log());
  }

  /** App, block store and state were at this height, and no block was executed again. */
  void assertOpenedWithoutReplay(final long height) {
    assertThat(log)
        .containsPattern(
            "ABCI Replay Blocks .*appHeight=%1$d storeHeight=%1$d stateHeight=%1$d\\b"
                .formatted(height))
        .contains("Completed ABCI Handshake - CometBFT and App are synced");
    // "Applying block", "Replay last block using real app", "… using mock app"
    assertThat(log.substring(0, log.indexOf("Completed ABCI Handshake")))
        .doesNotContain("Applying block")
        .doesNotContain("Replay last block");
  }
}
