package dev.understudy.tools.cli;

import dev.understudy.shim.EngineChoice;
import dev.understudy.shim.SnapshotExport;
import dev.understudy.shim.SyncConfig;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.tools.archive.ArchivePacker;
import dev.understudy.tools.archive.PackConfig;
import dev.understudy.tools.archive.PackReport;
import dev.understudy.tools.archive.SnapshotApi;
import dev.understudy.tools.archive.SnapshotOrigin;
import dev.understudy.tools.archive.SnapshotPacker;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code understudy archive pack}: prints a line for each bundle. */
@Command(
    name = "pack",
    description = {
      "Packs the blocks of a running node into an archive folder.",
      "Run again it goes on after the last bundle."
    },
    mixinStandardHelpOptions = true)
final class ArchivePackCommand implements Callable<Integer> {
  private static final Duration APP_ANSWERS_WITHIN = Duration.ofMinutes(10);

  @Spec private CommandSpec spec;

  @Option(
      names = "--rpc",
      paramLabel = "URL",
      description = "RPC of the node. Default: ${DEFAULT-VALUE}.",
      defaultValue = "http://127.0.0.1:26657")
  private URI rpc;

  @Parameters(paramLabel = "OUT", description = "The archive folder, new or packed before.")
  private Path out;

  @Option(
      names = "--runtime",
      description =
          "bsync: blocks alone; tendermint: with block results; both. Default: ${DEFAULT-VALUE}.",
      defaultValue = "both")
  private ArchiveRuntimes runtimes;

  @Option(
      names = "--from",
      paramLabel = "HEIGHT",
      description = "First height. Default: where the archive ends, else the node's first.")
  private @Nullable Long from;

  @Option(
      names = "--to",
      paramLabel = "HEIGHT",
      description = "Last height. Default: the node's latest as packing starts.")
  private @Nullable Long to;

  @Mixin private final BundleOptions bundles = new BundleOptions();

  @Option(
      names = "--snapshots",
      description =
          "Pack the app's snapshots instead, from the home of a node that is stopped (--home,"
              + " --binary).")
  private boolean snapshots;

  @Option(
      names = "--snapshot-api",
      paramLabel = "URL",
      description =
          "Pack the snapshots that a snapshot server offers instead ('understudy serve-snapshots',"
              + " KSYNC's).")
  private @Nullable URI snapshotApi;

  @Option(names = "--home", paramLabel = "DIR", description = "For --snapshots: the node's home.")
  private @Nullable Path home;

  @Option(
      names = {"-b", "--binary"},
      paramLabel = "PATH",
      description = "For --snapshots: the chain's binary, started with its consensus engine off.")
  private @Nullable Path binary;

  @Option(
      names = {"-e", "--engine"},
      paramLabel = "LINE",
      description = "For --snapshots: the engine line, where the binary does not tell it.")
  private @Nullable String engine;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  ArchivePackCommand() {}

  @Override
  public Integer call() throws FailureException, InterruptedException {
    final PrintWriter print = spec.commandLine().getOut();
    if (snapshotApi != null) {
      try (SnapshotApi api = new SnapshotApi(snapshotApi)) {
        return packSnapshots(print, api);
      }
    }
    if (snapshots) {
      return packSnapshots(print, ofHome());
    }
    final PackReport report =
        new ArchivePacker(config(), Clock.systemUTC(), BundleOptions.tellingOn(print)).pack();
    print.printf(
        "%s: %d new bundles, packed up to height %d%n",
        report.chainId(), report.bundles(), report.lastHeight());
    print.flush();
    return 0;
  }

  private SnapshotOrigin ofHome() throws FailureException, InterruptedException {
    final HomeLayout layout = HomeLayout.read(HomeOption.require(home));
    final SyncConfig.App app =
        binary == null
            ? new SyncConfig.Separate(Optional.empty(), true)
            : new SyncConfig.Child(binary, List.of(), false, Optional.empty());
    final EngineLine line = EngineChoice.forSync(EngineNames.asked(engine), app, layout);
    return SnapshotOrigin.ofHome(new SnapshotExport(layout, line, app, APP_ANSWERS_WITHIN), line);
  }

  private int packSnapshots(final PrintWriter print, final SnapshotOrigin origin)
      throws FailureException, InterruptedException {
    final int packed =
        new SnapshotPacker(
                out,
                Clock.systemUTC(),
                (height, chunks, stored) -> {
                  print.printf(
                      "ssync: height %d, %d chunks (%d bytes stored)%n", height, chunks, stored);
                  print.flush();
                })
            .pack(origin);
    print.printf("%d new snapshots%n", packed);
    print.flush();
    return 0;
  }

  private PackConfig config() {
    final PackConfig defaults = PackConfig.everything(rpc, out);
    try {
      return new PackConfig(
          rpc,
          out,
          runtimes.all(),
          from == null ? OptionalLong.empty() : OptionalLong.of(from),
          to == null ? OptionalLong.empty() : OptionalLong.of(to),
          bundles.shape(),
          defaults.attempts(),
          defaults.firstPause());
    } catch (final IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
