package dev.understudy.handoff.live;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether peers whose RPC is known still hold the block that the node needs next: between the
 * archive's end and the live chain only they do.
 */
public final class PeerBlocks {
  private final List<NodeRpc> peers;

  public PeerBlocks(final List<URI> addresses) {
    this.peers = addresses.stream().map(NodeRpc::new).toList();
  }

  /** What was found; {@code held} is false only if every peer that answered lacks the block. */
  public record Found(boolean held, List<String> words) {
    public Found {
      words = List.copyOf(words);
    }
  }

  /** Asks each peer; without a known one, or an answer, nothing speaks against the block. */
  public Found ask(final long next) throws InterruptedException {
    final List<String> words = new ArrayList<>();
    int answers = 0;
    boolean held = false;
    for (final NodeRpc peer : peers) {
      final var status = peer.status();
      if (status.isEmpty()) {
        words.add("peer %s does not answer".formatted(peer.address()));
        continue;
      }
      answers++;
      final long earliest = status.get().earliest();
      held |= earliest <= next;
      words.add(
          "peer %s has blocks %d to %d%s"
              .formatted(
                  peer.address(),
                  earliest,
                  status.get().height(),
                  earliest <= next ? "" : ": not block " + next));
    }
    return new Found(held || answers == 0, words);
  }
}
