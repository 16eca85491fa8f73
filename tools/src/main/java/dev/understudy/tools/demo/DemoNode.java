package dev.understudy.tools.demo;

import dev.understudy.handoff.live.NodeRpc;
import dev.understudy.handoff.live.NodeStatus;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The real node, started on the demo's home until it has made a few blocks of its own. */
final class DemoNode {
  private static final long BLOCKS_OF_ITS_OWN = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final Path binary;
  private final Path home;
  private final DemoChain.NodePorts ports;
  private final Consumer<String> say;

  DemoNode(
      final Path binary,
      final Path home,
      final DemoChain.NodePorts ports,
      final Consumer<String> say) {
    this.binary = binary;
    this.home = home;
    this.ports = ports;
    this.say = say;
  }

  void goLive(final long height) throws FailureException, InterruptedException, IOException {
    final Path log = home.resolveSibling("node.log");
    final Process node =
        new ProcessBuilder(List.of(binary.toString(), "start", "--home", home.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      say.accept("node       %s, process %d".formatted(binary.getFileName(), node.pid()));
      final long reached = awaitHeight(node, height + BLOCKS_OF_ITS_OWN, log);
      say.accept(
          "live       the real node went on from %d and is at height %d"
              .formatted(height, reached));
    } finally {
      node.destroy();
      if (!node.waitFor(20, TimeUnit.SECONDS)) {
        node.destroyForcibly().waitFor();
      }
    }
  }

  private long awaitHeight(final Process node, final long wanted, final Path log)
      throws FailureException, InterruptedException, IOException {
    final NodeRpc rpc = new NodeRpc(URI.create("http://127.0.0.1:" + ports.rpc()));
    final long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      // the node tells nobody when it has made a block: it must be asked
      if (node.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed("it ended with exit code " + node.exitValue(), log);
      }
      final Optional<NodeStatus> status = rpc.status();
      if (status.isPresent() && status.get().height() >= wanted) {
        return status.get().height();
      }
    }
    throw failed("it made no blocks within %d s".formatted(PATIENCE.toSeconds()), log);
  }

  private static FailureException failed(final String what, final Path log) throws IOException {
    final List<String> lines = Files.readAllLines(log);
    return new FailureException(
        FailureKind.APP,
        "the real node did not go on from the demo's home: %s. Its last lines:%n  %s"
            .formatted(
                what,
                String.join("\n  ", lines.subList(Math.max(0, lines.size() - 5), lines.size()))),
        "The whole log is " + log + ". Is the binary a CometBFT of the 0.38 line?");
  }
}
