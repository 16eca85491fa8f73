package dev.understudy.acceptance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real node on a home: cometbft with a separate app, cometbft with an app inside ({@code
 * --proxy_app=kvstore}), or an SDK app that carries its node. Can be started, stopped and killed
 * any number of times; the test bed ends what still runs. Waiting fails as soon as the process has
 * ended, with the end of its log.
 */
public final class RealNode {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final TestBed bed;
  private final Path program;
  private final NodeHome home;
  private final Optional<KvApp> app;
  private final RpcClient rpc;
  private @Nullable ChildProcess process;

  /** A node whose app runs inside of it or is started by somebody else. */
  public RealNode(final TestBed bed, final Path program, final NodeHome home) {
    this(bed, program, home, Optional.empty());
  }

  /** A node that starts its app first, if it does not run already. */
  public RealNode(final TestBed bed, final Path program, final NodeHome home, final KvApp app) {
    this(bed, program, home, Optional.of(app));
  }

  private RealNode(
      final TestBed bed, final Path program, final NodeHome home, final Optional<KvApp> app) {
    this.bed = bed;
    this.program = program;
    this.home = home;
    this.app = app;
    this.rpc = new RpcClient(home.rpcPort());
  }

  public NodeHome home() {
    return home;
  }

  /** The separate app, for a node that has one. */
  public KvApp app() {
    return app.orElseThrow();
  }

  public RpcClient rpc() {
    return rpc;
  }

  /** Starts the node without waiting for anything. */
  public RealNode start(final String... flags) {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException(home.name() + " runs already");
    }
    app.ifPresent(KvApp::start);
    final List<String> command = new ArrayList<>();
    command.addAll(List.of(program.toString(), "start", "--home", home.path().toString()));
    command.addAll(List.of(flags));
    process = ChildProcess.start(bed, home.name(), command);
    return this;
  }

  public ChildProcess process() {
    return Objects.requireNonNull(process, "the node was never started");
  }

  /** Everything that the node has printed. */
  public String log() {
    return process().log();
  }

  /**
   * Waits until the RPC tells a height of at least this one, for as long as it grows: a busy
   * machine may take its time, a node that stands still may not.
   */
  public RealNode waitForHeight(final long height) {
    long reached = -1;
    while (reached < height) {
      final long before = reached;
      waitUntil(
          "has a height above " + before + " on its way to " + height,
          PATIENCE,
          () -> rpc.tryHeight().filter(h -> h > before).isPresent());
      reached = rpc.tryHeight().orElse(before);
    }
    return this;
  }

  public RealNode waitForHeight(final long height, final Duration time) {
    return waitUntil(
        "has height " + height, time, () -> rpc.tryHeight().filter(h -> h >= height).isPresent());
  }

  /** Waits until the node has left block sync. */
  public RealNode waitUntilCaughtUp() {
    return waitUntil(
        "has caught up", PATIENCE, () -> rpc.tryHeight().isPresent() && !rpc.catchingUp());
  }

  /** Waits until the node has left block sync and then followed the chain for three blocks. */
  public RealNode waitUntilLive() {
    waitUntilCaughtUp();
    return waitForHeight(rpc.height() + 3);
  }

  /** Stops the node in order; its separate app goes on. */
  public void stop() {
    if (process != null) {
      process.stop();
    }
  }

  /** Ends the node by SIGKILL; its separate app goes on. */
  public void kill() {
    process().kill();
  }

  private RealNode waitUntil(
      final String what, final Duration time, final Callable<Boolean> condition) {
    Awaitility.await(home.name() + " " + what)
        .atMost(time)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              process().requireAlive();
              return condition.call();
            });
    return this;
  }
}
