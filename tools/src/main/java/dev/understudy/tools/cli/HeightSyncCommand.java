package dev.understudy.tools.cli;

import dev.understudy.shim.EngineChoice;
import dev.understudy.shim.HeightSync;
import dev.understudy.shim.StateSyncConfig;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.SyncReport;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.tools.archive.EventLoops;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
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

/** {@code understudy height-sync}: nearest snapshot, then blocks to exactly one height. */
@Command(
    name = "height-sync",
    sortOptions = false,
    description =
        "Brings an app to exactly one height: from the nearest snapshot below it, proven first, and"
            + " then block by block; or by blocks alone where that is the shorter way.")
public final class HeightSyncCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private final WorkedHomeOptions home = new WorkedHomeOptions();

  @Mixin private final BlockPoolOption blockPool = new BlockPoolOption();

  @Mixin private final SnapshotOptions snapshots = new SnapshotOptions();

  @Option(
      names = {"-t", "--target-height"},
      paramLabel = "HEIGHT",
      description = "The height to come to.")
  private @Nullable Long targetHeight;

  @Option(
      names = "--from-genesis",
      description = "By blocks from the first one on, even where a snapshot would be nearer.")
  private boolean fromGenesis;

  @Option(
      names = "--restart-app",
      description =
          "Stop between snapshot and blocks for a separate app to be restarted, as on dYdX's chain,"
              + " where that is always done; a child is restarted anyway (default: no).")
  private boolean restartApp;

  @Mixin private final SourceOptions source = new SourceOptions();
  @Mixin private final AppOptions app = new AppOptions();

  @Mixin private final TxIndexOption txIndex = new TxIndexOption();

  @Mixin private final JobOptions job = new JobOptions();
  @Mixin private final KsyncOptions ksync = new KsyncOptions();
  @Mixin private final LogOptions log = new LogOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public HeightSyncCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final HomeLayout layout = home.layout();
    if (targetHeight == null) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--target-height is missing",
          "Say which height to come to; block-sync goes as far as the archive does.");
    }
    final EngineLine line = EngineChoice.forSync(job.engine(), app.toApp(), layout);
    final OptionalLong target = OptionalLong.of(targetHeight);
    final SyncConfig blocks =
        new SyncConfig(
            layout.home(),
            line,
            source.toConfig(blockPool.of(layout), layout.cacheDir()),
            app.toApp(),
            target,
            PipelineConfig.defaults(VerifyMode.CHAIN),
            txIndex.wanted(),
            job.reserveBytes(),
            app.timeout(),
            home.dbBackend());
    final StateSyncConfig snapshot =
        StateSyncConfig.before(
            blocks, snapshots.toConfig(source, layout), snapshots.anchor(layout));
    final Vertx vertx = EventLoops.forDownloads();
    try {
      ksync.reset(layout, spec.commandLine().getOut());
      return run(new HeightSync(blocks, snapshot, fromGenesis, restartApp, vertx));
    } finally {
      EventLoops.close(vertx);
    }
  }

  private int run(final HeightSync sync) throws Exception {
    try (StopHook stop = StopHook.register(sync::requestStop);
        RestoreReporter restoring = RestoreReporter.start(sync.snapshots().progress());
        ProgressReporter executing = ProgressReporter.start(sync.blocks(), log)) {
      try {
        final HeightSync.Report report = sync.run();
        restoring.close();
        executing.close();
        return told(report);
      } catch (final FailureException | DatabaseException | InterruptedException e) {
        // told here: when the process is being stopped, it ends as soon as the hook knows of our
        // end
        return Understudy.tell(e, spec.commandLine());
      }
    }
  }

  private int told(final HeightSync.Report report) throws FailureException {
    final PrintWriter out = spec.commandLine().getOut();
    if (report.snapshot().isPresent()) {
      StateSyncText.print(out, report.snapshot().get());
      if (snapshots.reportFile() != null) {
        StateSyncText.write(snapshots.reportFile(), report.snapshot().get());
      }
    }
    if (report.blocks().isEmpty()) {
      return ExitCode.DONE.code();
    }
    final SyncReport blocks = report.blocks().get();
    out.printf(
        Locale.ROOT,
        "%s at height %d: %d blocks, %d txs in %.1f s; the home is sealed%n",
        blocks.reached() ? "done" : "stopped",
        blocks.height(),
        blocks.blocks(),
        blocks.txs(),
        blocks.duration().toMillis() / 1e3);
    out.flush();
    return blocks.reached() ? ExitCode.DONE.code() : ExitCode.STOPPED.code();
  }
}
