package dev.understudy.tools.cli;

import dev.understudy.shim.EngineChoice;
import dev.understudy.shim.StateSync;
import dev.understudy.shim.StateSyncConfig;
import dev.understudy.shim.StateSyncReport;
import dev.understudy.shim.snapshot.SnapshotCatalog;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.tools.archive.EventLoops;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy state-sync}: from an archived snapshot, proven first. */
@Command(
    name = "state-sync",
    sortOptions = false,
    description =
        "Restores an app from a snapshot in a KYVE archive, after proving it against the archived"
            + " headers, and writes the home of a node that can go on from there.")
public final class StateSyncCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private final WorkedHomeOptions home = new WorkedHomeOptions();

  @Option(
      names = "--block-pool-id",
      paramLabel = "ID",
      description =
          "The pool whose headers prove the snapshot (default: the known pool of the genesis file's"
              + " chain).")
  private @Nullable Long blockPoolId;

  @Mixin private final SnapshotOptions snapshots = new SnapshotOptions();

  @Option(
      names = {"-t", "--target-height"},
      paramLabel = "HEIGHT",
      description = "Take the newest snapshot at or below this height (default: the newest one).")
  private @Nullable Long targetHeight;

  @Option(
      names = "--list",
      arity = "0..1",
      fallbackValue = "20",
      paramLabel = "N",
      description = "Only list the newest N snapshots of the pool (20 if no number is given).")
  private @Nullable Integer list;

  @Mixin private final SourceOptions source = new SourceOptions();
  @Mixin private final AppOptions app = new AppOptions();

  @Mixin private final JobOptions job = new JobOptions();
  @Mixin private final KsyncOptions ksync = new KsyncOptions();
  @Mixin private final LogOptions log = new LogOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public StateSyncCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final HomeLayout layout = home.layout();
    final EngineLine line = EngineChoice.forSync(job.engine(), app.toApp(), layout);
    final Vertx vertx = EventLoops.forDownloads();
    try {
      final StateSync sync = new StateSync(config(layout, line), vertx);
      if (list != null) {
        print(sync.list(list));
        return ExitCode.DONE.code();
      }
      ksync.reset(layout, spec.commandLine().getOut());
      return run(sync);
    } finally {
      EventLoops.close(vertx);
    }
  }

  private StateSyncConfig config(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    final long pool =
        blockPoolId != null || list != null
            ? (blockPoolId == null ? 0 : blockPoolId)
            : KnownPools.blockPoolOf(layout);
    return new StateSyncConfig(
        layout.home(),
        line,
        source.toConfig(pool, layout.cacheDir()).withFollow(false),
        snapshots.toConfig(source, layout),
        app.toApp(),
        targetHeight == null ? OptionalLong.empty() : OptionalLong.of(targetHeight),
        snapshots.anchor(layout),
        job.reserveBytes(),
        app.timeout(),
        home.dbBackend());
  }

  private int run(final StateSync sync) throws Exception {
    try (StopHook stop = StopHook.register(sync::requestStop);
        RestoreReporter reporter = RestoreReporter.start(sync.progress())) {
      try {
        final StateSyncReport report = sync.run();
        reporter.close();
        StateSyncText.print(spec.commandLine().getOut(), report);
        if (snapshots.reportFile() != null) {
          StateSyncText.write(snapshots.reportFile(), report);
        }
        return ExitCode.DONE.code();
      } catch (final FailureException | DatabaseException | InterruptedException e) {
        // told here: when the process is being stopped, it ends as soon as the hook knows of our
        // end
        return Understudy.tell(e, spec.commandLine());
      }
    }
  }

  private void print(final List<SnapshotCatalog.Listed> listed) {
    final PrintWriter out = spec.commandLine().getOut();
    out.println("height  chunks  bundles");
    for (final SnapshotCatalog.Listed one : listed) {
      out.println(
          "%d  %d  %d to %d"
              .formatted(one.height(), one.chunks(), one.first().id(), one.last().id()));
    }
    out.flush();
  }
}
