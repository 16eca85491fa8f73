package dev.understudy.tools.cli;

import dev.understudy.shim.EngineChoice;
import dev.understudy.shim.SnapshotService;
import dev.understudy.shim.StateSyncConfig;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.SyncReport;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.rpc.RpcServer;
import dev.understudy.shim.status.StatusServer;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.tools.archive.EventLoops;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy serve-snapshots}: for those who archive snapshots. */
@Command(
    name = "serve-snapshots",
    sortOptions = false,
    description =
        "Syncs a chain so that its app makes snapshots, and serves them with blocks and states to"
            + " KYVE's nodes, which archive them. Runs until it is stopped, or to --target-height.")
public final class ServeSnapshotsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private final WorkedHomeOptions home = new WorkedHomeOptions();

  @Mixin private final BlockPoolOption blockPool = new BlockPoolOption();

  @Mixin private final SnapshotOptions snapshots = new SnapshotOptions();

  @Option(
      names = {"-t", "--target-height"},
      paramLabel = "HEIGHT",
      description = "End at this height (default: follow the archive).")
  private @Nullable Long targetHeight;

  @Mixin private final ServeOptions serve = new ServeOptions();
  @Mixin private final SourceOptions source = new SourceOptions();
  @Mixin private final AppOptions app = new AppOptions();
  @Mixin private final JobOptions job = new JobOptions();
  @Mixin private final KsyncOptions ksync = new KsyncOptions();
  @Mixin private final LogOptions log = new LogOptions();
  @Mixin private final StatusOptions status = new StatusOptions();
  @Mixin private final RpcOptions rpc = new RpcOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public ServeSnapshotsCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final HomeLayout layout = home.layout();
    final EngineLine line = EngineChoice.forSync(job.engine(), app.toApp(), layout);
    final OptionalLong target =
        targetHeight == null ? OptionalLong.empty() : OptionalLong.of(targetHeight);
    final boolean hasPool = snapshots.hasPool(layout);
    final SyncConfig blocks = blocks(layout, line, target);
    final Vertx vertx = EventLoops.forDownloads();
    try (RpcServer face = rpc.start(vertx, layout, line, /* indexing= */ false)) {
      ksync.reset(layout, spec.commandLine().getOut());
      try (SnapshotService service =
          SnapshotService.open(
              blocks, restore(layout, blocks, hasPool), hasPool, serve.toConfig(), vertx)) {
        if (face != null) {
          face.serve(service.blocks());
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.println("snapshots on " + service.address());
        out.flush();
        return run(service, vertx);
      }
    } finally {
      EventLoops.close(vertx);
    }
  }

  private SyncConfig blocks(
      final HomeLayout layout, final EngineLine line, final OptionalLong target)
      throws FailureException {
    return new SyncConfig(
        layout.home(),
        line,
        source.toConfig(blockPool.of(layout), layout.cacheDir()).withFollow(target.isEmpty()),
        app.toApp(),
        target,
        PipelineConfig.defaults(VerifyMode.CHAIN),
        /* txIndex= */ false,
        job.reserveBytes(),
        app.timeout(),
        home.dbBackend());
  }

  private StateSyncConfig restore(
      final HomeLayout layout, final SyncConfig blocks, final boolean hasPool)
      throws FailureException {
    return StateSyncConfig.before(
            blocks,
            hasPool ? snapshots.toConfig(source, layout) : blocks.source().withFollow(false),
            snapshots.anchor(layout))
        .withTarget(OptionalLong.empty());
  }

  private int run(final SnapshotService service, final Vertx vertx) throws Exception {
    // outermost: the process may end as soon as the hook is closed
    try (StopHook stop = StopHook.register(service::requestStop);
        StatusServer page = status.start(vertx, service.blocks());
        @Nullable RestoreReporter restoring =
            service.restore().map(part -> RestoreReporter.start(part.progress())).orElse(null);
        ProgressReporter executing = ProgressReporter.start(service.blocks(), log)) {
      try {
        final SyncReport report = service.run();
        executing.close();
        return told(report);
      } catch (final FailureException | DatabaseException | InterruptedException e) {
        // told here: when the process is being stopped, it ends as soon as the hook knows of our
        // end
        return Understudy.tell(e, spec.commandLine());
      }
    }
  }

  private int told(final SyncReport report) {
    final PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s at height %d: %d blocks; the home is sealed%n",
        report.reached() ? "done" : "stopped",
        report.height(),
        report.blocks());
    out.flush();
    return report.reached() ? ExitCode.DONE.code() : ExitCode.STOPPED.code();
  }
}
