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
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
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
          "The pool that holds the blocks (default: the known pool of the genesis file's chain).")
  private @Nullable Long blockPoolId;

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

  @Mixin private final SourceOptions source = new SourceOptions();
  @Mixin private final AppOptions app = new AppOptions();

  @Option(
      names = "--tx-index",
      defaultValue = "true",
      fallbackValue = "true",
      negatable = true,
      description = "Write the search index, if config.toml's indexer is kv (default: yes).")
  private boolean txIndex = true;

  @Option(
      names = "--disk-reserve-mib",
      defaultValue = "512",
      paramLabel = "MIB",
      description = "Stop in order when less than this is free (default: ${DEFAULT-VALUE}).")
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
  public HeightSyncCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final HomeLayout read = HomeLayout.read(HomeOption.require(home));
    final HomeLayout layout = dbBackend == null ? read : read.withBackend(dbBackend);
    if (targetHeight == null) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--target-height is missing",
          "Say which height to come to; block-sync goes as far as the archive does.");
    }
    final EngineLine line = EngineChoice.forSync(EngineNames.asked(engine), app.toApp(), layout);
    final OptionalLong target = OptionalLong.of(targetHeight);
    final long pool = blockPoolId == null ? KnownPools.blockPoolOf(layout) : blockPoolId;
    final SyncConfig blocks =
        new SyncConfig(
            layout.home(),
            line,
            source.toConfig(pool, layout.cacheDir()),
            app.toApp(),
            target,
            PipelineConfig.defaults(VerifyMode.CHAIN),
            txIndex,
            reserveMib * MIB,
            app.timeout(),
            Optional.ofNullable(dbBackend));
    final StateSyncConfig snapshot =
        new StateSyncConfig(
            layout.home(),
            line,
            source.toConfig(pool, layout.cacheDir()).withFollow(false),
            snapshots.toConfig(source, layout),
            app.toApp(),
            target,
            snapshots.anchor(layout),
            reserveMib * MIB,
            app.timeout(),
            Optional.ofNullable(dbBackend));
    final Vertx vertx = EventLoops.forDownloads();
    try {
      ksync.reset(layout, spec.commandLine().getOut());
      return run(new HeightSync(blocks, snapshot, fromGenesis, vertx));
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
