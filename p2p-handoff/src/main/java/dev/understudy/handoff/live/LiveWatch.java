package dev.understudy.handoff.live;

import dev.understudy.handoff.process.NodeProcess;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Follows a node from its start until it is live: out of block sync, and coming forward. A node
 * that ends, or that makes no step for a while, is a failure that says in words why. {@link
 * #untilLive} works on the caller's thread; {@link #requestStop} comes from any.
 */
public final class LiveWatch {
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final NodeRpc rpc;
  private final Optional<NodeProcess> node;
  private final String chainId;
  private final PeerBlocks peers;
  private final Duration patience;
  private final CompletableFuture<Void> stop = new CompletableFuture<>();

  /**
   * @param node the process, where it is known
   * @param patience so long without a new block, or without an answer, is a failure
   */
  public LiveWatch(
      final NodeRpc rpc,
      final Optional<NodeProcess> node,
      final String chainId,
      final PeerBlocks peers,
      final Duration patience) {
    this.rpc = rpc;
    this.node = node;
    this.chainId = chainId;
    this.peers = peers;
    this.patience = patience;
  }

  /** Ends {@link #untilLive} with an InterruptedException; the node goes on. */
  public void requestStop() {
    stop.complete(null);
  }

  /** The height at which it was seen to be live; {@code step} gets each new height before. */
  public long untilLive(final Consumer<NodeStatus> step)
      throws FailureException, InterruptedException {
    Optional<NodeStatus> last = Optional.empty();
    long movedNanos = System.nanoTime();
    while (true) {
      requireAlive();
      final Optional<NodeStatus> now = rpc.status();
      if (now.isPresent()) {
        requireChain(now.get());
        final boolean moved = last.isEmpty() || now.get().height() > last.get().height();
        if (moved) {
          // the first answer tells where it begins: only a step from there is one
          if (last.isPresent() && !now.get().catchingUp()) {
            return now.get().height();
          }
          movedNanos = System.nanoTime();
          step.accept(now.get());
          last = now;
        }
      }
      if (System.nanoTime() - movedNanos > patience.toNanos()) {
        throw stalled(now, last);
      }
      pause();
    }
  }

  // a node tells nobody that it has a new block: it must be asked; its end and a stop are told
  private void pause() throws InterruptedException {
    final CompletableFuture<?> end =
        node.<CompletableFuture<?>>map(NodeProcess::onExit).orElseGet(CompletableFuture::new);
    try {
      CompletableFuture.anyOf(stop, end).get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final TimeoutException e) {
      return;
    } catch (final ExecutionException e) {
      throw new IllegalStateException("waiting for the node failed", e);
    }
    if (stop.isDone()) {
      throw new InterruptedException("told to stop before the node was live");
    }
  }

  private void requireAlive() throws FailureException {
    if (node.isPresent() && !node.get().isAlive()) {
      throw NodeTrouble.ofEnd(node.get().exitWords(), node.get().lastLines(), logWords());
    }
  }

  private void requireChain(final NodeStatus status) throws FailureException {
    if (!status.network().equals(chainId)) {
      throw new FailureException(
          FailureKind.NODE,
          "at %s answers a node of chain '%s', not of '%s'"
              .formatted(rpc.address(), status.network(), chainId),
          "Another node has this port: change rpc.laddr in config.toml, or stop that node.");
    }
  }

  private FailureException stalled(final Optional<NodeStatus> now, final Optional<NodeStatus> last)
      throws InterruptedException {
    final String wait = "for %d s".formatted(patience.toSeconds());
    final List<String> lines = node.map(NodeProcess::lastLines).orElse(List.of());
    if (now.isEmpty()) {
      return failure(
          "the real node has not answered at %s %s%s"
              .formatted(
                  rpc.address(), wait, NodeTrouble.meaning(lines).map(m -> ": " + m).orElse("")),
          "It may still boot, or replay blocks to the app: give it more time with"
              + " --live-within-s.");
    }
    final long height = last.map(NodeStatus::height).orElse(0L);
    final OptionalInt connected = rpc.peers();
    final PeerBlocks.Found found = peers.ask(height + 1);
    final String known =
        found.words().isEmpty() ? "" : " (" + String.join("; ", found.words()) + ")";
    if (connected.isPresent() && connected.getAsInt() == 0) {
      return failure(
          "the real node is at height %d, has no new block %s and no peers%s"
              .formatted(height, wait, known),
          "Name peers that can be reached in config.toml's persistent_peers or seeds; look at"
              + " firewalls and at external_address.");
    }
    if (!found.held()) {
      return failure(
          "the real node is at height %d, and no known peer has block %d any more%s"
              .formatted(height, height + 1, known),
          "Between the archive's end and the live chain only peers hold the blocks: name one that"
              + " prunes less, or wait until the archive has grown and run the same command"
              + " again.");
    }
    final String peerWords =
        connected.isPresent() ? connected.getAsInt() + " peers" : "peers unknown";
    final Optional<String> meaning = NodeTrouble.meaning(lines);
    if (now.get().catchingUp()) {
      return failure(
          "the real node is still catching up at height %d, without a new block %s (%s)%s%s"
              .formatted(height, wait, peerWords, known, meaning.map(m -> ": " + m).orElse("")),
          "Its peers may not hold block %d any more (they prune), or send bad ones: name others in"
                  .formatted(height + 1)
              + " persistent_peers. After state sync alone an empty block store needs a peer that"
              + " has the next block.");
    }
    return failure(
        "the real node does not come forward from height %d, without a new block %s (%s)%s%s"
            .formatted(height, wait, peerWords, known, meaning.map(m -> ": " + m).orElse("")),
        "If other nodes come forward, look at its log. If none does the chain has halted.");
  }

  private FailureException failure(final String message, final String advice) {
    return new FailureException(
        FailureKind.NODE, message, advice + " " + logWords() + "The home is kept.");
  }

  private String logWords() {
    return node.flatMap(NodeProcess::log).map(log -> "The whole log is " + log + ". ").orElse("");
  }
}
