package dev.understudy.tools;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.SyncReport;
import dev.understudy.shim.abci.socket.AbciAddress;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.tools.archive.ArchiveServer;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A served archive and a fresh home beside it, for whole syncs. Closes what it opened. */
final class SyncBed implements AutoCloseable {
  static final EngineLine LINE = EngineLine.COMETBFT_0_38;

  private final RecordedChain chain;
  private final Path home;
  private final ArchiveServer archive;
  private final Vertx vertx = Vertx.vertx();
  private PipelineConfig pipeline = PipelineConfig.defaults(VerifyMode.CHAIN);
  private long pool;

  SyncBed(final RecordedChain chain, final Path home) throws IOException, FailureException {
    this.chain = chain;
    this.home = home;
    this.archive = ArchiveServer.start(chain.archive(), 0);
    useGenesisOf(chain);
    Files.createDirectories(home.resolve("data"));
    Files.writeString(
        home.resolve("config/config.toml"),
        """
        proxy_app = "tcp://127.0.0.1:1"
        db_backend = "goleveldb"
        db_dir = "data"
        [tx_index]
        indexer = "kv"
        """);
  }

  void useGenesisOf(final RecordedChain other) throws IOException {
    Files.createDirectories(home.resolve("config"));
    Files.write(
        home.resolve("config/genesis.json"),
        Files.readAllBytes(other.archive().resolve("genesis.json")));
  }

  SyncBed withPipeline(final PipelineConfig config) {
    pipeline = config;
    return this;
  }

  SyncBed withPool(final long number) {
    pool = number;
    return this;
  }

  RecordedChain chain() {
    return chain;
  }

  HomeLayout layout() throws FailureException {
    return HomeLayout.read(home);
  }

  Path home() {
    return home;
  }

  URI chainRest() {
    return archive.chainRest();
  }

  URI storageRest() {
    return archive.storageRest();
  }

  /** Counts as restarted: the tests' apps are threads of one and the same process. */
  BlockSync sync(final AbciAddress app, final OptionalLong target) {
    return sync(separate(app), target);
  }

  BlockSync sync(final SyncConfig.App app, final OptionalLong target) {
    return new BlockSync(
        config(home, chainRest(), storageRest(), pool, app, target, pipeline), vertx);
  }

  static SyncConfig.App separate(final AbciAddress app) {
    return new SyncConfig.Separate(Optional.of(app), /* restarted= */ true);
  }

  SyncReport run(final AbciAddress app, final OptionalLong target) throws Exception {
    return sync(app, target).run();
  }

  static SyncConfig config(
      final Path home,
      final URI chainRest,
      final URI storageRest,
      final long pool,
      final SyncConfig.App app,
      final OptionalLong target,
      final PipelineConfig pipeline) {
    return new SyncConfig(
        home,
        LINE,
        SourceConfig.ofPool(pool, home.resolve("understudy/cache"))
            .withChainRest(List.of(chainRest))
            .withGateways(StorageGateways.DEFAULTS.withOverride(List.of(storageRest))),
        app,
        target,
        pipeline,
        /* txIndex= */ true,
        /* diskReserveBytes= */ 0,
        Duration.ofSeconds(30));
  }

  @Override
  public void close() throws IOException {
    archive.close();
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (final ExecutionException | TimeoutException e) {
      throw new IOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
