package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;

/** What a real node's first start on a home says about the heights that it found. */
final class HandshakeLog {
  /** SDK apps colour their log, and sort the fields of a line. */
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");

  private final String log;

  private HandshakeLog(final String log) {
    this.log = log;
  }

  static HandshakeLog of(final RealNode node) {
    return new HandshakeLog(COLOUR.matcher(node.log()).replaceAll(""));
  }

  /** App, block store and state were at this height, and no block was executed again. */
  void assertOpenedWithoutReplay(final long height) {
    assertThat(log)
        .containsPattern(
            "ABCI Replay Blocks(?=.* appHeight=%1$d\\b)(?=.* storeHeight=%1$d\\b)(?=.* stateHeight=%1$d\\b)"
                .formatted(height))
        .containsPattern("Completed ABCI Handshake - (CometBFT|Tendermint) and App are synced");
    // "Applying block", "Replay last block using real app", "… using mock app"
    assertThat(log.substring(0, log.indexOf("Completed ABCI Handshake")))
        .doesNotContain("Applying block")
        .doesNotContain("Replay last block");
  }
}
