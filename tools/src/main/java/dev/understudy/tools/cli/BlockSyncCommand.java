package dev.understudy.tools.cli;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.EngineChoice;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.SyncReport;
import dev.understudy.shim.pipeline.JournalMode;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.rpc.RpcServer;
import dev.understudy.shim.status.StatusServer;
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

/** {@code understudy block-sync}: the main job. */
@Command(
    name = "block-sync",
    sortOptions = false,
    description =
        "Syncs an app block by block from a KYVE archive and writes the home of a node that can go"
            + " on from there. Run the same command again after any interruption.")
public final class BlockSyncCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private final WorkedHomeOptions home = new WorkedHomeOptions();

  @Mixin private final BlockPoolOption blockPool = new BlockPoolOption();

  @Option(
      names = {"-t", "--target-height"},
      paramLabel = "HEIGHT",
      description = "Last height to sync (default: one below the archive's end).")
  private @Nullable Long targetHeight;

  @Mixin private final SourceOptions source = new SourceOptions();
  @Mixin private final AppOptions app = new AppOptions();

  @Option(
      names = "--verify",
      defaultValue = "chain",
      paramLabel = "MODE",
      description =
          "chain: one commit for a run of blocks with one validator set; full: every signature of"
              + " every commit (default: ${DEFAULT-VALUE}).")
  private String verify = "chain";

  @Option(
      names = "--journal",
      defaultValue = "synced",
      paramLabel = "MODE",
      description =
          "synced: the app's answer to a block is on the disk before its commit; lazy: without that"
              + " sync, and after a power cut events, logs and index of the blocks since the last"
              + " checkpoint are the archive's; only for pools with block results (default:"
              + " ${DEFAULT-VALUE}).")
  private String journal = "synced";

  @Mixin private final TxIndexOption txIndex = new TxIndexOption();

  @Mixin private final JobOptions job = new JobOptions();
  @Mixin private final KsyncOptions ksync = new KsyncOptions();
  @Mixin private final LogOptions log = new LogOptions();
  @Mixin private final StatusOptions status = new StatusOptions();
  @Mixin private final RpcOptions rpc = new RpcOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public BlockSyncCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final HomeLayout layout = home.layout();
    final EngineLine line = EngineChoice.forSync(job.engine(), app.toApp(), layout);
    final Vertx vertx = EventLoops.forDownloads();
    // before the reset: a port that can't be had must leave everything as it is
    try (RpcServer face = rpc.start(vertx, layout, line, txIndex.wanted())) {
      ksync.reset(layout, spec.commandLine().getOut());
      final BlockSync sync = new BlockSync(config(layout, line), vertx);
      if (face != null) {
        face.serve(sync);
      }
      return run(sync, vertx);
    } finally {
      EventLoops.close(vertx);
    }
  }

  private SyncConfig config(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    return new SyncConfig(
        layout.home(),
        line,
        source.toConfig(blockPool.of(layout), layout.cacheDir()),
        app.toApp(),
        targetHeight == null ? OptionalLong.empty() : OptionalLong.of(targetHeight),
        PipelineConfig.defaults(mode()).withJournal(journalMode()),
        txIndex.wanted(),
        job.reserveBytes(),
        app.timeout(),
        home.dbBackend());
  }

  private int run(final BlockSync sync, final Vertx vertx) throws Exception {
    // outermost: the process may end as soon as the hook is closed
    try (StopHook stop = StopHook.register(sync::requestStop)) {
      return runReported(sync, vertx);
    }
  }

  private int runReported(final BlockSync sync, final Vertx vertx) throws Exception {
    try (StatusServer server = status.start(vertx, sync);
        ProgressReporter reporter = ProgressReporter.start(sync, log)) {
      final SyncReport report = sync.run();
      reporter.close();
      print(report);
      return report.reached() ? ExitCode.DONE.code() : ExitCode.STOPPED.code();
    } catch (final FailureException | DatabaseException e) {
      // told here: when the process is being stopped, it ends as soon as the hook knows of our end
      return Understudy.tell(e, spec.commandLine());
    }
  }

  private void print(final SyncReport report) {
    final PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s at height %d: %d blocks, %d txs in %.1f s (%.0f blocks/s), %d commits verified, app"
            + " idle %.1f %%; the home is sealed%n",
        report.reached() ? "done" : "stopped",
        report.height(),
        report.blocks(),
        report.txs(),
        report.duration().toMillis() / 1e3,
        report.blocksPerSecond(),
        report.commitsVerified(),
        100 * report.appIdleShare());
    report
        .archiveEvents()
        .ifPresent(
            heights ->
                out.printf(
                    Locale.ROOT,
                    "after the power cut: events, logs and index of %d blocks between %d and %d are"
                        + " the archive's%n",
                    heights.count(),
                    heights.first(),
                    heights.last()));
    out.flush();
  }

  private VerifyMode mode() throws FailureException {
    return switch (verify) {
      case "chain" -> VerifyMode.CHAIN;
      case "full" -> VerifyMode.FULL;
      default ->
          throw new FailureException(
              FailureKind.CONFIGURATION,
              "--verify %s is unknown".formatted(verify),
              "Take chain or full.");
    };
  }

  private JournalMode journalMode() throws FailureException {
    return switch (journal) {
      case "synced" -> JournalMode.SYNCED;
      case "lazy" -> JournalMode.LAZY;
      default ->
          throw new FailureException(
              FailureKind.CONFIGURATION,
              "--journal %s is unknown".formatted(journal),
              "Take synced or lazy.");
    };
  }
}
