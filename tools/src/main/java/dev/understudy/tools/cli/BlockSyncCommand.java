package dev.understudy.tools.cli;

import dev.understudy.shim.BlockSync;
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
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private static final long MIB = 1024L * 1024;

  /** A container runtime kills 10 s after SIGTERM by default. */
  private static final long STOP_WITHIN_SECONDS = 60;

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
      description = "The engine line; only CometBFT 0.38 runs in this version.")
  private @Nullable String engine;

  @Mixin private final KsyncOptions ksync = new KsyncOptions();
  @Mixin private final LogOptions log = new LogOptions();
  @Mixin private final StatusOptions status = new StatusOptions();
  @Mixin private final RpcOptions rpc = new RpcOptions();

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
  public BlockSyncCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    final Path homeDir = requireHome();
    final HomeLayout layout = HomeLayout.read(homeDir);
    final EngineLine line = line();
    final Vertx vertx = EventLoops.forDownloads();
    // before the reset: a port that can't be had must leave everything as it is
    try (RpcServer face = rpc.start(vertx, layout, line, txIndex)) {
      ksync.reset(layout, spec.commandLine().getOut());
      final BlockSync sync = new BlockSync(config(homeDir, layout, line), vertx);
      if (face != null) {
        face.serve(sync);
      }
      return run(sync, vertx);
    } finally {
      EventLoops.close(vertx);
    }
  }

  private SyncConfig config(final Path homeDir, final HomeLayout layout, final EngineLine line)
      throws FailureException {
    final long pool = blockPoolId == null ? KnownPools.blockPoolOf(layout) : blockPoolId;
    return new SyncConfig(
        homeDir,
        line,
        source.toConfig(pool, layout.cacheDir()),
        app.toApp(),
        targetHeight == null ? OptionalLong.empty() : OptionalLong.of(targetHeight),
        PipelineConfig.defaults(mode()),
        txIndex,
        reserveMib * MIB,
        app.timeout());
  }

  private int run(final BlockSync sync, final Vertx vertx) throws Exception {
    final CountDownLatch ended = new CountDownLatch(1);
    final Thread hook =
        new Thread(
            () -> {
              sync.requestStop();
              try {
                ended.await(STOP_WITHIN_SECONDS, TimeUnit.SECONDS);
              } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "understudy-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try (StatusServer server = status.start(vertx, sync);
        ProgressReporter reporter = ProgressReporter.start(sync, log)) {
      final SyncReport report = sync.run();
      reporter.close();
      print(report);
      return report.reached() ? ExitCode.DONE.code() : ExitCode.STOPPED.code();
    } catch (final FailureException | DatabaseException e) {
      // told here: when the process is being stopped, it ends as soon as the hook knows of our end
      return Understudy.tell(e, spec.commandLine());
    } finally {
      ended.countDown();
      removeHook(hook);
    }
  }

  private static void removeHook(final Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (final IllegalStateException stopping) {
      // told to stop: the hook is what waits for us
      Thread.currentThread().setName("understudy-stopped");
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
    out.flush();
  }

  private Path requireHome() throws FailureException {
    if (home == null) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--home is missing",
          "Say where the node's home is; the node's own init command makes one.");
    }
    return home;
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

  private EngineLine line() throws FailureException {
    return EngineNames.requireRunnable(engine);
  }
}
