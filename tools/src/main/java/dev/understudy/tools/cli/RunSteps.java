package dev.understudy.tools.cli;

import dev.understudy.handoff.Finding;
import dev.understudy.handoff.HomeFacts;
import dev.understudy.handoff.Preflight;
import dev.understudy.handoff.ReadinessReport;
import dev.understudy.handoff.live.LiveWatch;
import dev.understudy.handoff.live.NodeRpc;
import dev.understudy.handoff.live.PeerBlocks;
import dev.understudy.handoff.live.RemoteClock;
import dev.understudy.handoff.process.NodeProcess;
import dev.understudy.shim.BlockSync;
import dev.understudy.shim.HandOver;
import dev.understudy.shim.HeightSync;
import dev.understudy.shim.RunEstimate;
import dev.understudy.shim.RunPlan;
import dev.understudy.shim.StateSyncConfig;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.status.StatusServer;
import dev.understudy.storage.home.BlocksAside;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** The steps of a run in their order: look, sync, check, start, follow, and stay if asked to. */
final class RunSteps {
  private final Job job;
  private final Vertx vertx;
  private final StopSwitch stop;
  private final PrintWriter out;
  private final HandOverTimes times = new HandOverTimes();

  RunSteps(final Job job, final Vertx vertx, final StopSwitch stop, final PrintWriter out) {
    this.job = job;
    this.vertx = vertx;
    this.stop = stop;
    this.out = out;
  }

  /**
   * What the flags have made of it.
   *
   * @param program the node's; empty where none is started
   * @param engineVersion what that program says of its engine
   */
  record Job(
      HomeLayout layout,
      SyncConfig blocks,
      Optional<StateSyncConfig> snapshots,
      Optional<AppProgram> program,
      Optional<String> engineVersion,
      NodeOptions node,
      LogOptions log,
      StatusOptions status) {}

  /**
   * Prints the plan and what was looked at beforehand; a node that runs already is not looked at.
   * Fails where something would spoil the hand-over.
   *
   * @param estimate of what is to be fetched, as far as it was asked for
   */
  void tell(final RunPlan plan, final Optional<RunEstimate> estimate, final boolean everything)
      throws FailureException, InterruptedException {
    say("plan", plan.words());
    estimate
        .map(RunEstimate::words)
        .filter(words -> !words.isEmpty())
        .ifPresent(words -> say("estimate", words));
    if (plan instanceof RunPlan.Follow) {
      return;
    }
    final List<Finding> findings =
        new Preflight(
                job.layout(),
                job.blocks().line(),
                new Preflight.Options(
                    job.engineVersion(),
                    job.node().starts(),
                    job.node().validatorAllowed(),
                    job.blocks().diskReserveBytes(),
                    clockBehind()))
            .look();
    for (final Finding finding : findings) {
      final boolean passed = finding.severity() == Finding.Severity.PASSED;
      if (everything || !passed) {
        say(passed ? "ok" : "attention", finding.name() + ": " + finding.message());
        if (!passed) {
          say("", "-> " + finding.advice());
        }
      }
    }
    tellOfTheGap(plan);
    Preflight.require(findings);
  }

  private Optional<Duration> clockBehind() throws FailureException, InterruptedException {
    final List<URI> others = new ArrayList<>(job.node().peers(job.layout()));
    others.addAll(job.blocks().source().chainRest());
    return RemoteClock.behind(others);
  }

  /** Between the archive's end and the live chain only peers hold the blocks. */
  private void tellOfTheGap(final RunPlan plan) throws FailureException, InterruptedException {
    final long next = lastHeight(plan) + 1;
    final PeerBlocks.Found found = new PeerBlocks(job.node().peers(job.layout())).ask(next);
    found.words().forEach(words -> say(found.held() ? "gap" : "attention", words));
    if (!found.held()) {
      say("", "-> Name a peer that prunes less, or wait until the archive has grown.");
    }
  }

  private static long lastHeight(final RunPlan plan) {
    if (plan instanceof RunPlan.Blocks blocks) {
      return Math.max(blocks.height(), blocks.target());
    }
    if (plan instanceof RunPlan.Snapshot snapshot) {
      return snapshot.target();
    }
    if (plan instanceof RunPlan.Settle settle) {
      return settle.height();
    }
    return plan instanceof RunPlan.HandOver ready ? ready.height() : 0;
  }

  /** Does what the plan says; the exit code, which with --stay is the node's. */
  int run(final RunPlan plan) throws Exception {
    if (plan instanceof RunPlan.Follow) {
      return job.node().starts() ? follow(runningNode()) : done("a node runs on the home");
    }
    if (!sync(plan)) {
      return ExitCode.STOPPED.code();
    }
    stop.requireGoingOn();
    final HandOver handOver =
        new HandOver(
            new HandOver.HandOverConfig(
                job.blocks().line(),
                job.blocks().app(),
                job.blocks().appAnswersWithin(),
                job.program(),
                job.node().args(),
                job.node().stays(),
                job.node().validatorAllowed(),
                job.blocks().dbBackend()),
            job.layout());
    handOver.prepare().ifPresent(done -> say("prepared", done));
    stop.requireGoingOn();
    final ReadinessReport report = handOver.check();
    tell(report);
    handOver.requireReady(report);
    stop.requireGoingOn();
    if (!job.node().starts()) {
      return done("the home is ready: the real node can be started on it");
    }
    final NodeProcess node = handOver.start();
    times.started(report.facts().map(HomeFacts::stateHeight).orElse(0L));
    say(
        "node",
        "started as process %d%s"
            .formatted(node.pid(), node.log().map(log -> ", its log is " + log).orElse("")));
    return follow(Optional.of(node));
  }

  private void tell(final ReadinessReport report) {
    report
        .findings()
        .forEach(
            finding -> {
              if (finding.severity() != Finding.Severity.PASSED) {
                say("attention", finding.name() + ": " + finding.message());
                say("", "-> " + finding.advice());
              }
            });
    report.handshake().ifPresent(expected -> say("check", "at its start " + expected.words()));
  }

  /** False after a stop by request. */
  private boolean sync(final RunPlan plan) throws Exception {
    if (plan instanceof RunPlan.Snapshot snapshot) {
      return restoreAndSync(OptionalLong.of(snapshot.target()));
    }
    return plan instanceof RunPlan.HandOver || syncBlocks();
  }

  private boolean syncBlocks() throws Exception {
    final BlockSync sync = new BlockSync(job.blocks(), vertx);
    stop.during(sync::requestStop);
    try (StatusServer server = job.status().start(vertx, sync);
        ProgressReporter reporter = ProgressReporter.start(sync, job.log())) {
      final var report = sync.run();
      times.executed(sync.progress().lastAppliedNanos());
      reporter.close();
      say("synced", "%d blocks to height %d".formatted(report.blocks(), report.height()));
      return report.reached();
    }
  }

  private boolean restoreAndSync(final OptionalLong target) throws Exception {
    final HeightSync sync =
        new HeightSync(
            job.blocks().withTarget(target),
            job.snapshots().orElseThrow().withTarget(target),
            /* fromGenesis= */ false,
            /* restartApp= */ false,
            vertx);
    stop.during(sync::requestStop);
    try (StatusServer server = job.status().start(vertx, sync.blocks());
        RestoreReporter restoring = RestoreReporter.start(sync.snapshots().progress());
        ProgressReporter executing = ProgressReporter.start(sync.blocks(), job.log())) {
      final HeightSync.Report report = sync.run();
      times.executed(sync.blocks().progress().lastAppliedNanos());
      restoring.close();
      executing.close();
      report.snapshot().ifPresent(restored -> StateSyncText.print(out, restored));
      report
          .blocks()
          .ifPresent(
              done ->
                  say("synced", "%d blocks to height %d".formatted(done.blocks(), done.height())));
      return report.blocks().isEmpty() || report.blocks().get().reached();
    }
  }

  private Optional<NodeProcess> runningNode() {
    return NodeProcess.running(job.layout().understudyDir());
  }

  private int follow(final Optional<NodeProcess> node)
      throws FailureException, InterruptedException {
    final LiveWatch watch =
        new LiveWatch(
            rpc(),
            node,
            GenesisFile.readChainId(job.layout()),
            new PeerBlocks(job.node().peers(job.layout())),
            job.node().patience());
    stop.during(watch::requestStop);
    boolean live = false;
    try {
      final long height =
          watch.untilLive(
              seen -> {
                times.saw(seen.height());
                say(
                    "node",
                    "at height %d%s"
                        .formatted(seen.height(), seen.catchingUp() ? ", catching up" : ""));
              });
      live = true;
      times.saw(height);
      say("live", "at height " + height + node.map(n -> ", process " + n.pid()).orElse(""));
      times.words().ifPresent(words -> say("handover", words));
      tellOfBlocksAside();
    } finally {
      if (!live && node.isPresent()) {
        // its home is to be free for the next try
        node.get().stop();
      }
    }
    return job.node().stays() && node.isPresent() ? stay(node.get()) : ExitCode.DONE.code();
  }

  private void tellOfBlocksAside() throws FailureException {
    BlocksAside.read(job.layout())
        .ifPresent(
            aside ->
                say(
                    "history",
                    ("blocks %d to %d are set aside: the node serves them again from the next"
                            + " 'understudy run' on, once it was stopped, or by 'understudy handoff"
                            + " --put-back %s' before another start")
                        .formatted(aside.base(), aside.height(), job.layout().home())));
  }

  private NodeRpc rpc() throws FailureException {
    return NodeRpc.listeningAt(job.layout().config().rpc().laddr())
        .orElseThrow(
            () ->
                new FailureException(
                    FailureKind.CONFIGURATION,
                    "rpc.laddr in config.toml is no TCP address: the node can't be followed",
                    "Set it to tcp://127.0.0.1:26657."));
  }

  /** Until the node ends, by itself or because we are told to stop. */
  private int stay(final NodeProcess node) throws FailureException, InterruptedException {
    final CompletableFuture<Void> told = new CompletableFuture<>();
    stop.during(() -> told.complete(null));
    CompletableFuture.anyOf(told, node.onExit()).join();
    if (told.isDone()) {
      node.stop();
    }
    final int code = node.exitCode().orElse(ExitCode.NODE.code());
    say("node", node.exitWords());
    if (told.isDone()) {
      // a Java that ends by a signal has that signal's code, and we are to have the node's
      Runtime.getRuntime().halt(code);
    }
    return code;
  }

  private int done(final String words) {
    say("done", words);
    return ExitCode.DONE.code();
  }

  private void say(final String what, final String words) {
    out.printf("%-10s %s%n", what, words);
    out.flush();
  }
}
