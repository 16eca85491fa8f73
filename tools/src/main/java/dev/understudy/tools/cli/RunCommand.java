package dev.understudy.tools.cli;

import dev.understudy.shim.EngineChoice;
import dev.understudy.shim.RunPlan;
import dev.understudy.shim.RunPlanner;
import dev.understudy.shim.StateSyncConfig;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.snapshot.TrustAnchor;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.tools.archive.EventLoops;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineVersions;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy run}: from an empty disk to a live node. {@link RunSteps} does it. */
@Command(
    name = "run",
    sortOptions = false,
    description =
        "From an empty home to a live node: syncs what the archive has, checks the home, starts the"
            + " real node and follows it until it is live. Run the same command again after any"
            + " interruption; where the node is live there is nothing to do.")
public final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private final WorkedHomeOptions home = new WorkedHomeOptions();

  @Mixin private final BlockPoolOption blockPool = new BlockPoolOption();

  @Mixin private final SnapshotOptions snapshots = new SnapshotOptions();

  @Option(
      names = "--from-genesis",
      description =
          "By blocks from the first one on, even where a trusted snapshot would be nearer.")
  private boolean fromGenesis;

  @Option(
      names = {"-t", "--target-height"},
      paramLabel = "HEIGHT",
      description =
          "Hand over at this height, where the home is not above it (default: one below the"
              + " archive's end).")
  private @Nullable Long targetHeight;

  @Option(
      names = "--dry-run",
      description = "Print the plan and what was looked at beforehand, and do nothing.")
  private boolean dryRun;

  @Mixin private final NodeOptions node = new NodeOptions();
  @Mixin private final SourceOptions source = new SourceOptions();
  @Mixin private final AppOptions app = new AppOptions();

  @Mixin private final TxIndexOption txIndex = new TxIndexOption();

  @Mixin private final JobOptions job = new JobOptions();
  @Mixin private final LogOptions log = new LogOptions();
  @Mixin private final StatusOptions status = new StatusOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public RunCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    node.requireSense();
    final HomeLayout layout = home.layout();
    final SyncConfig.App reached = app.toApp();
    final Optional<AppProgram> program = node.program(reached, layout);
    final Optional<String> version = NodeOptions.engineOf(program);
    final EngineLine line = line(reached, layout, version);
    final SyncConfig blocks = blocks(layout, line, reached);
    final Optional<StateSyncConfig> snapshot = snapshot(layout, blocks);
    final Vertx vertx = EventLoops.forDownloads();
    final StopSwitch stop = new StopSwitch();
    final RunSteps steps =
        new RunSteps(
            new RunSteps.Job(layout, blocks, snapshot, program, version, node, log, status),
            vertx,
            stop,
            spec.commandLine().getOut());
    // outermost: the process may end as soon as the hook is closed
    try (StopHook hook = StopHook.register(stop::request)) {
      final RunPlanner planner = new RunPlanner(blocks, snapshot, vertx);
      final RunPlan plan = planner.plan();
      steps.tell(plan, dryRun ? planner.estimate(plan) : Optional.empty(), dryRun);
      return dryRun ? ExitCode.DONE.code() : steps.run(plan);
    } catch (final FailureException | DatabaseException | InterruptedException e) {
      // told here: when the process is being stopped, it ends as soon as the hook knows of our end
      return Understudy.tell(e, spec.commandLine());
    } finally {
      EventLoops.close(vertx);
    }
  }

  /** The flag, else what the node's binary says, else what app and home say. */
  private EngineLine line(
      final SyncConfig.App reached, final HomeLayout layout, final Optional<String> version)
      throws FailureException, InterruptedException {
    final Optional<EngineLine> asked = job.engine();
    if (asked.isEmpty() && version.isPresent()) {
      EngineVersions.requireClear(
          version.get(), "the node's binary says version %s".formatted(version.get()));
    }
    final Optional<EngineLine> said =
        asked.isPresent() ? asked : version.flatMap(EngineVersions::ofName);
    if (said.isPresent()) {
      if (asked.isEmpty() && reached instanceof SyncConfig.Separate) {
        EngineChoice.requireFitting(said.get(), layout);
      }
      return said.get();
    }
    try {
      return EngineChoice.forSync(asked, reached, layout);
    } catch (final FailureException e) {
      if (e.kind() != FailureKind.HOME_IN_USE) {
        throw e;
      }
      // the node that runs on the home is only followed, whatever its line
      return EngineVersions.usual();
    }
  }

  private SyncConfig blocks(
      final HomeLayout layout, final EngineLine line, final SyncConfig.App reached)
      throws FailureException {
    return new SyncConfig(
        layout.home(),
        line,
        source(layout),
        reached,
        targetHeight == null ? OptionalLong.empty() : OptionalLong.of(targetHeight),
        PipelineConfig.defaults(VerifyMode.CHAIN),
        txIndex.wanted(),
        job.reserveBytes(),
        app.timeout(),
        home.dbBackend());
  }

  private SourceConfig source(final HomeLayout layout) throws FailureException {
    return source.toConfig(blockPool.of(layout), layout.cacheDir()).withFollow(false);
  }

  /** Empty where an empty home begins with the first block: no pool, no trust, or not wished. */
  private Optional<StateSyncConfig> snapshot(final HomeLayout layout, final SyncConfig blocks)
      throws FailureException {
    final TrustAnchor anchor = snapshots.anchor(layout);
    if (fromGenesis || anchor instanceof TrustAnchor.NoTrust || !snapshots.hasPool(layout)) {
      return Optional.empty();
    }
    return Optional.of(StateSyncConfig.before(blocks, snapshots.toConfig(source, layout), anchor));
  }
}
