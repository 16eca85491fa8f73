package dev.understudy.tools.bench;

import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.PoolInfo;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.tools.archive.ArchiveServer;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.json.GenesisJson;
import dev.understudy.types.json.JsonLimits;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs the peers in turn, round by round, each on a fresh app and a fresh home. {@link #run} works
 * on the caller's thread; {@link #close} may be called from any, and ends every process that the
 * bench has started.
 */
public final class Bench implements AutoCloseable {
  private final BenchConfig config;
  private final boolean keepFolders;
  private final Vertx vertx;
  private final Consumer<String> say;
  private final BenchProcesses processes;

  /**
   * The caller owns {@code vertx}; {@code say} gets a line for each step.
   *
   * @param keepFolders whether homes and logs of runs that went well stay
   */
  public Bench(
      final BenchConfig config,
      final boolean keepFolders,
      final Vertx vertx,
      final Consumer<String> say)
      throws FailureException {
    this.config = config;
    this.keepFolders = keepFolders;
    this.vertx = vertx;
    this.say = say;
    this.processes =
        new BenchProcesses(
            config.syncDelayMillis() > 0
                ? Optional.of(SlowDisk.of(config.syncDelayMillis()))
                : Optional.empty());
  }

  /** Measures; takes as long as all runs of all peers together, and a few more. */
  public BenchResult run() throws FailureException, InterruptedException, IOException {
    Files.createDirectories(config.folder());
    final GenesisDoc genesis = genesis();
    try (ArchiveServer server = ArchiveServer.start(config.archive(), 0);
        BundleSource source = KyveBundleSource.open(vertx, sourceConfig(server))) {
      final PoolInfo pool = source.pool();
      final Bed bed =
          new Bed(
              config,
              processes,
              server.chainRest(),
              server.storageRest(),
              genesis.initialHeight(),
              target(pool, genesis));
      final List<Peer> peers = peers(bed, source, runtime(pool), genesis);
      try {
        for (final Peer peer : peers) {
          say.accept("prepare   " + peer.name());
          peer.prepare(Files.createDirectories(config.folder().resolve("prepare-" + peer.name())));
        }
        return new BenchResult(Machine.of(config.folder()), bed, rounds(peers));
      } finally {
        peers.forEach(Peer::close);
      }
    } finally {
      processes.close();
    }
  }

  private List<Measurement> rounds(final List<Peer> peers)
      throws FailureException, InterruptedException, IOException {
    final List<Measurement> runs = new ArrayList<>();
    for (int round = 1; round <= config.rounds(); round++) {
      double feeder = 0;
      for (final Peer peer : peers) {
        final Path folder = config.folder().resolve("round-%d-%s".formatted(round, peer.name()));
        Files.createDirectories(folder);
        final double load = Machine.load();
        final Peer.Run run = peer.run(folder);
        if (peer instanceof FeederPeer) {
          feeder = run.blocksPerSecond();
        }
        final Measurement measured =
            new Measurement(peer.name(), round, run, run.blocksPerSecond() / feeder, load);
        runs.add(measured);
        say.accept(
            "round %d   %-10s %.1f blocks/s".formatted(round, peer.name(), run.blocksPerSecond()));
        if (!keepFolders) {
          DurableFiles.deleteTree(folder);
        }
      }
    }
    return runs;
  }

  /** The feeder comes first: the others' figures are told as parts of its. */
  private List<Peer> peers(
      final Bed bed,
      final BundleSource source,
      final BlockRuntime runtime,
      final GenesisDoc genesis) {
    final List<Peer> peers = new ArrayList<>();
    peers.add(new FeederPeer(bed, source, runtime, genesis));
    peers.add(new UnderstudyPeer(bed, UnderstudyPeer.NAME, List.of()));
    config.variants().forEach((name, more) -> peers.add(new UnderstudyPeer(bed, name, more)));
    config.cometbft().ifPresent(node -> peers.add(new BlockSyncPeer(bed, node)));
    config.ksync().ifPresent(ksync -> peers.add(new KsyncPeer(bed, ksync)));
    return peers;
  }

  private SourceConfig sourceConfig(final ArchiveServer server) {
    return SourceConfig.ofPool(config.pool(), config.folder().resolve("cache"))
        .withChainRest(List.of(server.chainRest()))
        .withGateways(StorageGateways.DEFAULTS.withOverride(List.of(server.storageRest())));
  }

  private GenesisDoc genesis() throws FailureException {
    final Path inArchive = config.archive().resolve("genesis.json");
    final Path file =
        Files.exists(inArchive)
            ? inArchive
            : config
                .app()
                .homeTemplate()
                .map(home -> home.resolve("config").resolve("genesis.json"))
                .orElse(inArchive);
    try {
      return new GenesisJson(config.line(), AddressDerivation::addressOf, JsonLimits.GENESIS)
          .read(() -> Files.newInputStream(file));
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the chain's genesis file can't be read: " + file + ": " + e,
          "Put it into the archive's folder as genesis.json.",
          e);
    }
  }

  private long target(final PoolInfo pool, final GenesisDoc genesis) throws FailureException {
    final long last = pool.currentHeight().orElse(0L) - 1;
    final long target = config.target().orElse(last);
    if (target > last || target < genesis.initialHeight()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "height %d can't be measured: the chain begins at %d and the archive proves up to %d"
              .formatted(target, genesis.initialHeight(), last),
          "Take another --target-height or another archive.");
    }
    return target;
  }

  private BlockRuntime runtime(final PoolInfo pool) throws FailureException {
    return pool.runtime()
        .blocks()
        .orElseThrow(
            () ->
                new FailureException(
                    FailureKind.CONFIGURATION,
                    "pool %d of the archive holds no blocks".formatted(config.pool()),
                    "Choose another one with --block-pool-id."));
  }

  /** Ends every process that the bench has started; a run in progress then fails. */
  @Override
  public void close() {
    processes.close();
  }
}
