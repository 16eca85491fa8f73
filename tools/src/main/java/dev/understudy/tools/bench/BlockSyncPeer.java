package dev.understudy.tools.bench;

import dev.understudy.handoff.live.NodeRpc;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The real node, catching up by block sync from one peer on this machine. The peer is a real node
 * as well, on a home that Understudy has synced beforehand; it runs only while it is asked. A node
 * can execute a block only when it knows the next one, so it ends one block before its peer.
 */
final class BlockSyncPeer implements Peer {
  private static final String NAME = "blocksync";
  private static final Duration BOOTS_WITHIN = Duration.ofMinutes(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final Bed bed;
  private final Path node;
  private @Nullable BenchHome peerHome;
  private @Nullable AppUnderTest peerApp;

  BlockSyncPeer(final Bed bed, final Path node) {
    this.bed = bed;
    this.node = node;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The app runs inside of a chain's own binary. */
  private boolean appIsInside() {
    return bed.config().app() instanceof AppChoice.Binary;
  }

  @Override
  public void prepare(final Path folder)
      throws FailureException, InterruptedException, IOException {
    final Path path = folder.resolve("home");
    final BenchHome home = bed.home(path, "");
    final AppUnderTest app =
        AppUnderTest.start(bed.processes(), bed.config(), path, folder, own -> Optional.empty());
    peerApp = app;
    try (MeasuredProcess engine =
        bed.processes()
            .startFast(
                "peer-sync", UnderstudyPeer.command(bed, path, app.address().toString()), folder)) {
      engine.awaitDone(bed.config().runLimit());
    }
    if (appIsInside()) {
      app.close();
      peerApp = null;
    }
    home.useApp(app.address().toString());
    peerHome = home;
  }

  @Override
  public Run run(final Path folder) throws FailureException, InterruptedException, IOException {
    final BenchHome peer = peerHome;
    if (peer == null) {
      throw new IllegalStateException("not prepared");
    }
    try (MeasuredProcess serving = bed.processes().startFast("peer", start(peer), folder)) {
      awaitHeight(serving, peer.rpcPort(), bed.target(), BOOTS_WITHIN);
      return appIsInside() ? withAppInside(folder, peer) : withAppBeside(folder, peer);
    }
  }

  private List<String> start(final BenchHome home) {
    return bed.config().app() instanceof AppChoice.Binary binary
        ? List.of(binary.program().toString(), "start", "--home", home.path().toString())
        : List.of(node.toString(), "start", "--home", home.path().toString());
  }

  private long last() {
    return bed.target() - 1;
  }

  private Run withAppInside(final Path folder, final BenchHome peer)
      throws FailureException, InterruptedException, IOException {
    final BenchHome home = bed.home(folder.resolve("home"), "", peer.peerAddress());
    try (MeasuredProcess engine = bed.processes().start(NAME, start(home), folder)) {
      awaitHeight(engine, home.rpcPort(), last(), bed.config().runLimit());
      final long reachedAt = System.nanoTime();
      engine.stop();
      return new Run(
          bed.blocks() - 1,
          OptionalLong.empty(),
          OptionalDouble.empty(),
          reachedAt - engine.startedAt(),
          engine.usage(),
          Optional.empty());
    }
  }

  private Run withAppBeside(final Path folder, final BenchHome peer)
      throws FailureException, InterruptedException, IOException {
    final Path path = folder.resolve("home");
    bed.home(folder.resolve("app-home"), "");
    try (AppUnderTest app =
        AppUnderTest.start(bed.processes(), bed.config(), folder.resolve("app-home"), folder)) {
      final BenchHome home = bed.home(path, app.address().toString(), peer.peerAddress());
      try (MeasuredProcess engine = bed.processes().start(NAME, start(home), folder)) {
        awaitLast(engine, app, home);
        final long reachedAt = System.nanoTime();
        final Optional<ConsensusMeter.Seen> seen = app.seen();
        engine.stop();
        return Run.seen(
            seen.map(ConsensusMeter.Seen::blocks).orElse(bed.blocks() - 1),
            seen,
            reachedAt - engine.startedAt(),
            engine.usage(),
            Optional.of(app.stop()));
      }
    }
  }

  private void awaitLast(final MeasuredProcess engine, final AppUnderTest app, final BenchHome home)
      throws FailureException, InterruptedException {
    if (app.proxy().isEmpty()) {
      awaitHeight(engine, home.rpcPort(), last(), bed.config().runLimit());
      return;
    }
    final long deadline = System.nanoTime() + bed.config().runLimit().toNanos();
    while (!app.proxy().get().awaitBlocks(bed.blocks() - 1, LOOK_EVERY)) {
      engine.requireAlive();
      if (System.nanoTime() > deadline) {
        throw engine.failed("has not reached height %d in time".formatted(last()));
      }
    }
  }

  @Override
  public void close() {
    final AppUnderTest app = peerApp;
    if (app != null) {
      try {
        app.close();
      } catch (final IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** Waits until the node has so many blocks; fails when it ends before, or the time is over. */
  private static void awaitHeight(
      final MeasuredProcess node, final int port, final long wanted, final Duration within)
      throws FailureException, InterruptedException {
    final NodeRpc rpc = new NodeRpc(URI.create("http://127.0.0.1:" + port));
    final long deadline = System.nanoTime() + within.toNanos();
    // the node tells nobody when it has a block: it must be asked
    while (!node.endsWithin(LOOK_EVERY)) {
      if (rpc.status().filter(status -> status.height() >= wanted).isPresent()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw node.failed("has not reached height %d in time".formatted(wanted));
      }
    }
    throw node.failed("ended before it reached height %d".formatted(wanted));
  }
}
