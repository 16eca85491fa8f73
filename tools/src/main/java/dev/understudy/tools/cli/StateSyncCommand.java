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
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
  private static final long MIB = 1024L * 1024;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--home"},
      paramLabel = "DIR",
      description = "The node's home, made by the node's own init command.")
  private @Nullable Path home;

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

  @Option(
      names = "--disk-reserve-mib",
      defaultValue = "512",
      paramLabel = "MIB",
      description = "Do not begin with less than this left over (default: ${DEFAULT-VALUE}).")
  private long reserveMib = 512;

  @Option(
      names = {"-e", "--engine"},
      paramLabel = "LINE",
      description =
          "The engine line, where the binary or the home does not tell it: 0.34, 0.37, 0.38, 0.39,"
              + " 0.40 or 1.0, also as KSYNC names them.")
  private @Nullable String engine;

  @Option(
      names = "--db-backend",
      paramLabel = "BACKEND",
      description =
          "goleveldb, cleveldb, rocksdb or pebbledb, for a node that is started with its own"
              + " --db_backend (default: config.toml's db_backend, then the line's default).")
  private @Nullable String dbBackend;

  @Mixin private final KsyncOptions ksync = new KsyncOptions();
  @Mixin private final LogOptions log = new LogOptions();

  @SuppressWarnings("UnusedVariable") // SettingsProvider finds it among the arguments
  @Option(
      names = SettingsProvider.CONFIG_FLAG,
      paramLabel = "FILE",
      description = "TOML file with values for flags that are not given.")
  private @Nullable Path configFile;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--help", usageHelp = true, description = "Shows this help.")
  private boolean help;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public StateSyncCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final HomeLayout read = HomeLayout.read(HomeOption.require(home));
    final HomeLayout layout = dbBackend == null ? read : read.withBackend(dbBackend);
    final EngineLine line = EngineChoice.forSync(EngineNames.asked(engine), app.toApp(), layout);
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
        reserveMib * MIB,
        app.timeout(),
        Optional.ofNullable(dbBackend));
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
