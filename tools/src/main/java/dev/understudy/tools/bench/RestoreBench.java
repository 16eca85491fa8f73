package dev.understudy.tools.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.tools.archive.ArchiveServer;
import dev.understudy.tools.archive.BlockRuntime;
import dev.understudy.tools.archive.BundleShape;
import dev.understudy.tools.demo.AbciServer;
import dev.understudy.tools.demo.KvStoreApp;
import dev.understudy.tools.demo.SnapshotTaker;
import dev.understudy.tools.synth.ChainShape;
import dev.understudy.tools.synth.SnapshotSynth;
import dev.understudy.tools.synth.SynthConfig;
import dev.understudy.types.AppInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Snapshot;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A state sync over a long wire: {@code understudy state-sync} through the launcher, proofs and
 * all, beside one bundle after the other as KSYNC does it. Chain and snapshot are made for it, the
 * app is an embedded one that hashes what it gets. Works on the caller's thread.
 */
public final class RestoreBench {
  private static final long SNAPSHOT_POOL = 2;
  private static final int BLOCKS = 10;
  private static final double MEGA = 1e6;
  private static final double NANOS = 1e9;
  private static final EngineLine LINE = KvStoreApp.LINE;

  private final Settings settings;
  private final List<String> launcher;
  private final List<String> more;
  private final Path folder;
  private final Vertx vertx;
  private final List<Run> runs = new ArrayList<>();

  /**
   * What is measured.
   *
   * @param snapshotBytes of all chunks together
   * @param roundTrip of the wire
   * @param bitsPerSecond of each connection
   */
  public record Settings(
      int rounds,
      long snapshotBytes,
      int chunkBytes,
      Duration roundTrip,
      long bitsPerSecond,
      Duration runLimit) {}

  /**
   * One restore.
   *
   * @param seconds until the app had all of it; of Understudy the whole process
   * @param usage empty for what runs inside of the bench
   */
  public record Run(
      String peer, int round, double seconds, Optional<Usage> usage, double loadBefore) {}

  /**
   * The caller owns {@code vertx}.
   *
   * @param launcher how Understudy is started
   * @param more arguments for its state-sync
   * @param folder empty; archive, homes and logs lie there
   */
  public RestoreBench(
      final Settings settings,
      final List<String> launcher,
      final List<String> more,
      final Path folder,
      final Vertx vertx) {
    this.settings = settings;
    this.launcher = List.copyOf(launcher);
    this.more = List.copyOf(more);
    this.folder = folder;
    this.vertx = vertx;
  }

  /** Measures both in turn, round by round. */
  public List<Run> run(final Consumer<String> say)
      throws FailureException, InterruptedException, IOException {
    final Path archive = folder.resolve("archive");
    final Snapshot snapshot =
        new SnapshotSynth(chain(archive), settings.snapshotBytes(), settings.chunkBytes()).make();
    try (ArchiveServer server = ArchiveServer.start(archive, 0);
        FarWire wire =
            FarWire.start(vertx, server.port(), settings.roundTrip(), settings.bitsPerSecond())) {
      for (int round = 1; round <= settings.rounds(); round++) {
        add(oneByOne(wire.address(), snapshot, round), say);
        add(understudy(wire.address(), archive, snapshot, round), say);
      }
    }
    return List.copyOf(runs);
  }

  private void add(final Run run, final Consumer<String> say) {
    runs.add(run);
    say.accept(
        String.format(
            Locale.ROOT, "round %d   %-12s %.1f s", run.round(), run.peer(), run.seconds()));
  }

  private SynthConfig chain(final Path archive) {
    return new SynthConfig(
        archive,
        "bench-1",
        1,
        "understudy",
        new ChainShape(BLOCKS, 4, 10, 64, 0, 0),
        Set.of(BlockRuntime.BSYNC),
        new BundleShape(BLOCKS, 1 << 20),
        Optional.empty());
  }

  private Run oneByOne(final URI source, final Snapshot snapshot, final int round)
      throws FailureException, InterruptedException, IOException {
    final double load = Machine.load();
    try (AbciServer app = new SnapshotTaker().listen(AbciAddress.loopback(0));
        AbciClient client = connect(app)) {
      final long began = System.nanoTime();
      new OneByOne(source, SNAPSHOT_POOL).restore(client, snapshot);
      final double seconds = (System.nanoTime() - began) / NANOS;
      requireRestored(client, snapshot, "one by one");
      return new Run("one by one", round, seconds, Optional.empty(), load);
    }
  }

  private Run understudy(
      final URI source, final Path archive, final Snapshot snapshot, final int round)
      throws FailureException, InterruptedException, IOException {
    final double load = Machine.load();
    final Path own = folder.resolve("round-" + round);
    try (AbciServer app = new SnapshotTaker().listen(AbciAddress.loopback(0))) {
      final BenchHome home =
          BenchHome.make(
              own.resolve("home"),
              archive,
              Optional.empty(),
              app.address().toString(),
              "",
              BenchConfig.NODES_P2P_FLUSH_MILLIS);
      final List<String> command = new ArrayList<>(launcher);
      command.addAll(List.of("state-sync", "--home", home.path().toString(), "--engine", "0.38"));
      command.addAll(List.of("--chain-rest", source.toString()));
      command.addAll(List.of("--storage-rest", source + "/storage"));
      command.addAll(List.of("--block-pool-id", "0", "--trust", "genesis"));
      command.addAll(List.of("--snapshot-pool-id", Long.toString(SNAPSHOT_POOL)));
      command.addAll(more);
      try (MeasuredProcess sync = MeasuredProcess.start("understudy", command, own)) {
        sync.awaitDone(settings.runLimit());
        try (AbciClient client = connect(app)) {
          requireRestored(client, snapshot, "understudy");
        }
        return new Run(
            "understudy", round, sync.wallNanos() / NANOS, Optional.of(sync.usage()), load);
      }
    }
  }

  private static AbciClient connect(final AbciServer app) throws FailureException {
    return AbciClient.open(
        app.address(), LINE, ConnectionSettings.defaults(LINE), ConnectGate.always());
  }

  private static void requireRestored(
      final AbciClient app, final Snapshot snapshot, final String who) throws FailureException {
    final AppInfo info = app.info();
    if (info.lastBlockHeight() != snapshot.height()) {
      throw new FailureException(
          FailureKind.APP,
          "after '%s' the app is at height %d, the snapshot is of height %d"
              .formatted(who, info.lastBlockHeight(), snapshot.height()),
          "Its log in the bench's folder (--dir keeps it) has more.");
    }
  }

  /** The table of what has been measured. */
  public List<String> table() {
    final List<String> lines = new ArrayList<>();
    lines.add("%-12s%9s%9s%9s%9s%9s".formatted("peer", "s", "MB/s", "speed", "cpu s", "peak MB"));
    final double slow = median("one by one").orElse(Double.NaN);
    for (final String peer : List.of("one by one", "understudy")) {
      final double seconds = median(peer).orElse(Double.NaN);
      lines.add(
          String.format(
              Locale.ROOT,
              "%-12s%9.1f%9.2f%9.2f%9s%9s",
              peer,
              seconds,
              settings.snapshotBytes() / MEGA / seconds,
              slow / seconds,
              text(cpu(peer)),
              text(peak(peer))));
    }
    return lines;
  }

  /** All of it as programs read it; {@code command} is what a person typed. */
  public String json(final String command) {
    final ObjectNode root = new ObjectMapper().createObjectNode().put("command", command);
    root.put("snapshot_bytes", settings.snapshotBytes())
        .put("chunk_bytes", settings.chunkBytes())
        .put("round_trip_ms", settings.roundTrip().toMillis())
        .put("bits_per_s", settings.bitsPerSecond());
    final ArrayNode all = root.putArray("runs");
    for (final Run run : runs) {
      final ObjectNode node =
          all.addObject()
              .put("peer", run.peer())
              .put("round", run.round())
              .put("seconds", run.seconds())
              .put("load_before", run.loadBefore());
      run.usage()
          .ifPresent(
              usage -> {
                node.put("cpu_s", usage.cpuSeconds());
                usage.peakRssBytes().ifPresent(bytes -> node.put("peak_rss_mb", bytes / MEGA));
              });
    }
    root.put(
        "times_as_fast",
        median("one by one").orElse(Double.NaN) / median("understudy").orElse(Double.NaN));
    return root.toPrettyString() + "\n";
  }

  private OptionalDouble median(final String peer) {
    return BenchResult.median(
        runs.stream().filter(run -> run.peer().equals(peer)).mapToDouble(Run::seconds).toArray());
  }

  private OptionalDouble cpu(final String peer) {
    return BenchResult.median(
        runs.stream()
            .filter(run -> run.peer().equals(peer))
            .flatMap(run -> run.usage().stream())
            .mapToDouble(Usage::cpuSeconds)
            .toArray());
  }

  /** The worst of all rounds. */
  private OptionalDouble peak(final String peer) {
    return runs.stream()
        .filter(run -> run.peer().equals(peer))
        .flatMap(run -> run.usage().stream())
        .flatMapToLong(usage -> usage.peakRssBytes().stream())
        .mapToDouble(bytes -> bytes / MEGA)
        .max();
  }

  private static String text(final OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.1f", value.getAsDouble()) : "-";
  }
}
