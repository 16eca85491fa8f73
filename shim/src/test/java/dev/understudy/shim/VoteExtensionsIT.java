package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.handoff.HomeReadiness;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.kyve.ChainArchive;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.home.BlocksAside;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.EmptyStore;
import dev.understudy.types.ConsensusParamsUpdate;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A made chain whose app turns vote extensions on: synced, handed over, and synced on from there.
 */
@Timeout(120)
class VoteExtensionsIT {
  private static final long EXTENSIONS_FROM = 6;
  private static final long FIRST_TARGET = 12;
  private static final long SECOND_TARGET = 20;

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private TestChain chain;
  private MadeHome home;

  VoteExtensionsIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void makeChain() throws Exception {
    chain =
        TestChain.ofValidators(4)
            .withTxs(3, "a", "b")
            .withParams(3, extensionsFrom(EXTENSIONS_FROM))
            .grow(SECOND_TARGET + 2);
    home = new MadeHome(folder.resolve("home"), chain);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void homeIsHandedOverWithItsBlocksAsideAndALaterSyncGoesOnFromThem() throws Exception {
    try (ChainArchive archive =
            new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, 7).archiveTo(SECOND_TARGET + 1);
        ChainApp app = new ChainApp(chain, 0)) {
      final SourceConfig source = archive.source(home.cache());
      home.sync(vertx, source, app.address(), FIRST_TARGET).run();
      home.holdsChainTo(FIRST_TARGET);
      assertThat(
              HomeReadiness.check(home.layout(), chain.genesis(), TestChain.LINE, Optional.empty())
                  .isReady())
          .isFalse();
      assertThat(plan(source, FIRST_TARGET))
          .isEqualTo(new RunPlan.Settle(FIRST_TARGET, "vote extensions are on there"));

      final var prepared = EmptyStore.prepare(home.layout(), TestChain.LINE);

      assertThat(prepared.orElseThrow().aside()).contains(new BlocksAside(1, FIRST_TARGET));
      home.isReadyAt(FIRST_TARGET);
      assertThat(home.keys(DatabaseId.BLOCKSTORE)).doesNotContain("blockStore").contains("H:1");
      assertThat(plan(source, FIRST_TARGET))
          .isEqualTo(new RunPlan.Settle(FIRST_TARGET, "its blocks are set aside already"));
      assertThat(plan(source, SECOND_TARGET))
          .isEqualTo(new RunPlan.Blocks(FIRST_TARGET, FIRST_TARGET + 1, SECOND_TARGET));

      // the archive has grown before any node has run
      home.sync(vertx, source, app.address(), SECOND_TARGET).run();
      home.holdsChainTo(SECOND_TARGET);
      EmptyStore.prepare(home.layout(), TestChain.LINE);
      home.isReadyAt(SECOND_TARGET);
      assertThat(EmptyStore.putBack(home.layout(), TestChain.LINE))
          .contains(new BlockDescriptor(1, SECOND_TARGET));
      home.holdsChainTo(SECOND_TARGET);
    }
  }

  @Test
  void appThatHasLostBlocksGetsThemBeforeTheNodeTakesOver() throws Exception {
    try (ChainArchive archive =
        new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, 7).archiveTo(SECOND_TARGET + 1)) {
      final SourceConfig source = archive.source(home.cache());
      try (ChainApp app = new ChainApp(chain, 0)) {
        home.sync(vertx, source, app.address(), FIRST_TARGET).run();
      }
      EmptyStore.prepare(home.layout(), TestChain.LINE);

      try (ChainApp behind = new ChainApp(chain, FIRST_TARGET - 2)) {
        home.sync(vertx, source, behind.address(), FIRST_TARGET).run();
        assertThat(behind.height()).isEqualTo(FIRST_TARGET);
      }

      home.holdsChainTo(FIRST_TARGET);
      EmptyStore.prepare(home.layout(), TestChain.LINE);
      home.isReadyAt(FIRST_TARGET);
    }
  }

  private RunPlan plan(final SourceConfig source, final long target) throws Exception {
    final SyncConfig config =
        new SyncConfig(
            home.path(),
            TestChain.LINE,
            source,
            new SyncConfig.Separate(Optional.empty(), /* restarted= */ false),
            OptionalLong.of(target),
            PipelineConfig.defaults(VerifyMode.CHAIN),
            /* txIndex= */ true,
            /* diskReserveBytes= */ 0,
            Duration.ofSeconds(30));
    return new RunPlanner(config, Optional.empty(), vertx).plan();
  }

  private static ConsensusParamsUpdate extensionsFrom(final long height) {
    return new ConsensusParamsUpdate(
        Optional.empty(),
        Optional.empty(),
        Optional.<List<String>>empty(),
        OptionalLong.empty(),
        OptionalLong.of(height),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
  }
}
