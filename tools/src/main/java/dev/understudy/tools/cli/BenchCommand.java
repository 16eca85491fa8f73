package dev.understudy.tools.cli;

import dev.understudy.shim.app.AppFlags;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.tools.bench.Bench;
import dev.understudy.tools.bench.BenchConfig;
import dev.understudy.tools.bench.BenchJson;
import dev.understudy.tools.bench.BenchResult;
import dev.understudy.tools.bench.BenchTable;
import dev.understudy.tools.bench.GatewayBench;
import dev.understudy.tools.bench.RestoreBench;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineVersions;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code understudy bench}: how fast Understudy is beside others, on the same blocks. */
@Command(
    name = "bench",
    sortOptions = false,
    description =
        "Measures Understudy beside an ideal feeder, and beside the real node's block sync and"
            + " KSYNC where given, in turn, on the same blocks, app and machine"
            + " (docs/performance.md).")
public final class BenchCommand implements Callable<Integer> {
  private static final Pattern VARIANT = Pattern.compile("[a-z0-9-]{1,10}");
  private static final Set<String> PEERS = Set.of("feeder", "understudy", "blocksync", "ksync");

  @Spec private CommandSpec spec;

  @Option(
      names = "--archive",
      paramLabel = "DIR",
      description =
          "An archive folder in KYVE's form, with the chain's genesis.json; needed for all but"
              + " --state-sync.")
  private @Nullable Path archive;

  @Option(
      names = "--block-pool-id",
      defaultValue = "0",
      paramLabel = "ID",
      description = "The archive's pool that holds the blocks (default: ${DEFAULT-VALUE}).")
  private long pool;

  @Option(
      names = {"-t", "--target-height"},
      paramLabel = "HEIGHT",
      description = "Last height (default: one below the archive's end).")
  private @Nullable Long target;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "How often each one runs, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Mixin private final BenchAppOptions app = new BenchAppOptions();

  @Option(
      names = "--verify",
      paramLabel = "MODE",
      description = "Understudy's --verify, chain or full, for all its runs (default: its own).")
  private @Nullable String verify;

  @Option(
      names = "--understudy-args",
      defaultValue = "",
      paramLabel = "ARGS",
      description = "More arguments for Understudy's command, separated by commas or spaces.")
  private String understudyArgs = "";

  @Option(
      names = "--variant",
      paramLabel = "NAME=ARGS",
      description =
          "Run Understudy once more in each round, with more arguments, such as"
              + " full='--verify full'. May be given several times.")
  private Map<String, String> variants = new LinkedHashMap<>();

  @Option(
      names = "--understudy",
      paramLabel = "PATH",
      description = "The launcher to measure (default: the one beside this program).")
  private @Nullable Path launcher;

  @Option(
      names = "--cometbft",
      paramLabel = "PATH",
      description =
          "The real node's program: its block sync from one local peer is measured too. With"
              + " --binary that binary is the node.")
  private @Nullable Path cometbft;

  @Option(
      names = "--ksync",
      paramLabel = "PATH",
      description = "KSYNC's program, to be measured too.")
  private @Nullable Path ksync;

  @Option(
      names = "--ksync-args",
      defaultValue = "",
      paramLabel = "ARGS",
      description = "More arguments for KSYNC's block-sync, separated by commas or spaces.")
  private String ksyncArgs = "";

  @Option(
      names = "--no-proxy",
      description =
          "Leave out the socket proxy before the app: costs nothing, sees nothing (no idle share,"
              + " only whole processes).")
  private boolean noProxy;

  @Option(
      names = "--sync-delay",
      defaultValue = "0",
      paramLabel = "MS",
      description =
          "Let every sync of the disk take so many milliseconds longer, for all alike; needs strace"
              + " (default: ${DEFAULT-VALUE}).")
  private int syncDelay;

  @Option(
      names = "--p2p-flush-ms",
      defaultValue = "" + BenchConfig.NODES_P2P_FLUSH_MILLIS,
      paramLabel = "MS",
      description =
          "How long the real node and its peer gather messages before they send them; less makes"
              + " their block sync faster on a network as fast as loopback (default:"
              + " ${DEFAULT-VALUE}, as the node's).")
  private int p2pFlush;

  @Option(
      names = "--gateways",
      description =
          "Measure downloads through healthy and sick storage gateways instead; no app takes part.")
  private boolean gateways;

  @Option(
      names = "--gateway-kib-s",
      defaultValue = "2048",
      paramLabel = "KIB",
      description = "How fast one healthy gateway is, in KiB/s (default: ${DEFAULT-VALUE}).")
  private long gatewayKib = 2048;

  @Mixin private final RestoreBenchOptions restore = new RestoreBenchOptions();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON too.")
  private @Nullable Path json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "An empty folder to work in, on the disk that is to be measured; homes and logs stay"
              + " there (default: a temporary folder, deleted at the end).")
  private @Nullable Path dir;

  @Option(
      names = "--run-limit-s",
      defaultValue = "3600",
      paramLabel = "SECONDS",
      description = "A single run that takes longer counts as hung (default: ${DEFAULT-VALUE}).")
  private long runLimitSeconds = 3600;

  @Mixin private final LogOptions log = new LogOptions();

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(names = "--help", usageHelp = true, description = "Shows this help.")
  private boolean help;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public BenchCommand() {}

  @Override
  public Integer call() throws Exception {
    LogSetup.apply(log);
    requireRange("--rounds", rounds, 1, 1000);
    requireRange("--sync-delay", syncDelay, 0, 10_000);
    requireRange("--p2p-flush-ms", p2pFlush, 1, 10_000);
    requireRange("--gateway-kib-s", gatewayKib, 1, 10_000_000);
    final Path folder = workFolder();
    final Vertx vertx = Vertx.vertx();
    try {
      if (restore.chosen()) {
        measureRestore(folder, vertx);
      } else if (gateways) {
        measureGateways(folder, vertx);
      } else {
        measure(folder, vertx);
      }
      return ExitCode.DONE.code();
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
      if (dir == null) {
        DurableFiles.deleteTree(folder);
      }
    }
  }

  private void measure(final Path folder, final Vertx vertx) throws Exception {
    final List<String> start = List.of(launcher().toString());
    final BenchConfig config =
        new BenchConfig(
            archive(),
            pool,
            target == null ? OptionalLong.empty() : OptionalLong.of(target),
            rounds,
            EngineVersions.usual(),
            app.choose(start),
            start,
            arguments(),
            variants(),
            Optional.ofNullable(cometbft).map(Path::toAbsolutePath),
            Optional.ofNullable(ksync).map(Path::toAbsolutePath),
            AppFlags.split(ksyncArgs),
            !noProxy,
            syncDelay,
            p2pFlush,
            folder,
            Duration.ofSeconds(runLimitSeconds));
    try (Bench bench = new Bench(config, dir != null, vertx, this::say)) {
      final Thread hook = new Thread(bench::close, "understudy-bench-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        show(bench.run());
      } finally {
        removeHook(hook);
      }
    }
  }

  private static void removeHook(final Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (final IllegalStateException stopping) {
      // told to stop: the hook ends what runs
      Thread.currentThread().setName("understudy-bench-stopped");
    }
  }

  private void show(final BenchResult result) throws FailureException {
    say("");
    BenchTable.of(result).forEach(this::say);
    if (json != null) {
      writeJson(json, BenchJson.of(result, commandLine()));
    }
  }

  private List<String> arguments() throws FailureException {
    final List<String> arguments = new ArrayList<>();
    if (verify != null) {
      arguments.addAll(List.of("--verify", verify));
    }
    arguments.addAll(AppFlags.split(understudyArgs));
    return arguments;
  }

  private Map<String, List<String>> variants() throws FailureException {
    final Map<String, List<String>> all = new LinkedHashMap<>();
    for (final Map.Entry<String, String> variant : variants.entrySet()) {
      final String name = variant.getKey();
      if (!VARIANT.matcher(name).matches() || PEERS.contains(name)) {
        throw new FailureException(
            FailureKind.CONFIGURATION,
            "--variant %s: a name has 1 to 10 small letters, digits or hyphens, and is no peer's"
                .formatted(name),
            "Write it as full='--verify full'.");
      }
      all.put(name, AppFlags.split(variant.getValue()));
    }
    return all;
  }

  private Path archive() throws FailureException {
    if (archive == null) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--archive is missing",
          "Name an archive folder; 'understudy archive synth' makes one.");
    }
    return archive.toAbsolutePath();
  }

  private void measureRestore(final Path folder, final Vertx vertx) throws Exception {
    final RestoreBench bench =
        new RestoreBench(
            restore.toSettings(rounds, Duration.ofSeconds(runLimitSeconds)),
            List.of(launcher().toString()),
            AppFlags.split(understudyArgs),
            folder,
            vertx);
    bench.run(this::say);
    say("");
    bench.table().forEach(this::say);
    if (json != null) {
      writeJson(json, bench.json(commandLine()));
    }
  }

  private void measureGateways(final Path folder, final Vertx vertx) throws Exception {
    final List<GatewayBench.Line> lines =
        new GatewayBench(archive(), pool, rounds, gatewayKib, folder, vertx).run(this::say);
    say("");
    say("%-26s%10s%12s  %s".formatted("gateways", "MB/s", "of alone", "each round"));
    for (final GatewayBench.Line line : lines) {
      say(
          String.format(
              Locale.ROOT,
              "%-26s%10.2f%12.2f  %s",
              line.gateways(),
              line.median(),
              line.ofAlone(),
              line.megabytesPerSecond().stream()
                  .map(speed -> String.format(Locale.ROOT, "%.2f", speed))
                  .collect(Collectors.joining(" "))));
    }
    if (json != null) {
      writeJson(json, GatewayBench.json(lines, commandLine()));
    }
  }

  private String commandLine() {
    return spec.root().name()
        + " "
        + spec.commandLine().getParseResult().originalArgs().stream()
            .map(word -> word.isEmpty() || word.contains(" ") ? "'" + word + "'" : word)
            .collect(Collectors.joining(" "));
  }

  private static void writeJson(final Path file, final String text) throws FailureException {
    try {
      Files.writeString(file, text);
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "the result can't be written into %s: %s".formatted(file, e.getMessage()),
          "Give --json another file; the figures stand above.",
          e);
    }
  }

  private void say(final String line) {
    final PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private Path workFolder() throws IOException, FailureException {
    if (dir == null) {
      return Files.createTempDirectory("understudy-bench-");
    }
    final Path folder = Files.createDirectories(dir.toAbsolutePath());
    final String[] names = folder.toFile().list();
    if (names != null && names.length > 0) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--dir %s is not empty".formatted(folder),
          "Each bench works in a folder of its own.");
    }
    return folder;
  }

  /** The launcher stands above the folder that this program's classes lie in. */
  private Path launcher() throws FailureException {
    if (launcher != null) {
      return launcher.toAbsolutePath();
    }
    try {
      Path at =
          Path.of(BenchCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (; at != null; at = at.getParent()) {
        final Path candidate = at.resolve("understudy");
        if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
          return candidate;
        }
      }
    } catch (final java.net.URISyntaxException e) {
      throw noLauncher(e);
    }
    throw noLauncher(new IOException("no such file above the program"));
  }

  private static FailureException noLauncher(final Exception e) {
    return new FailureException(
        FailureKind.CONFIGURATION,
        "the launcher 'understudy' is not found: " + e.getMessage(),
        "Say where it is: --understudy PATH.",
        e);
  }

  private static void requireRange(
      final String flag, final long value, final long least, final long most)
      throws FailureException {
    if (value < least || value > most) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s %d is not between %d and %d".formatted(flag, value, least, most),
          "Give another value.");
    }
  }
}
