package dev.understudy.tools.bench;

import dev.understudy.types.FailureException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What all peers of a bench share.
 *
 * @param initialHeight the chain's first block
 * @param target the last block that is executed
 */
record Bed(
    BenchConfig config,
    BenchProcesses processes,
    URI chainRest,
    URI storageRest,
    long initialHeight,
    long target) {

  long blocks() {
    return target - initialHeight + 1;
  }

  /** A fresh home without peers. */
  BenchHome home(final Path path, final String proxyApp) throws IOException {
    return home(path, proxyApp, "");
  }

  BenchHome home(final Path path, final String proxyApp, final String peer) throws IOException {
    final Optional<Path> template = config.app().homeTemplate();
    return BenchHome.make(
        path, config.archive(), template, proxyApp, peer, config.p2pFlushMillis());
  }

  /** KSYNC and Understudy are told of the source by the same flags. */
  List<String> sourceFlags() {
    return List.of(
        "--chain-rest",
        chainRest.toString(),
        "--storage-rest",
        storageRest.toString(),
        "--block-pool-id",
        Long.toString(config.pool()),
        "--target-height",
        Long.toString(target));
  }

  void requireAllBlocks(final String peer, final Optional<ConsensusMeter.Seen> seen)
      throws FailureException {
    if (seen.isPresent() && seen.get().blocks() != blocks()) {
      throw new FailureException(
          dev.understudy.types.FailureKind.APP,
          "%s has executed %d blocks instead of %d".formatted(peer, seen.get().blocks(), blocks()),
          "Its log in the bench's folder (--dir keeps it) has more.");
    }
  }
}
