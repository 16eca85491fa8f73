package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.source.kyve.KyveBundleSource;
import dev.understudy.tools.archive.ArchiveServer;
import dev.understudy.tools.demo.AbciServer;
import dev.understudy.tools.demo.DemoChain;
import dev.understudy.tools.demo.KvStoreApp;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.json.BlockRuntime;
import dev.understudy.types.json.GenesisJson;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.line.EngineLine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rehearsal, proxy and feeder on the recorded chain and the embedded app. */
final class FeedingIT {
  private static final EngineLine LINE = EngineLine.COMETBFT_0_38;
  private static final long TARGET = 60;

  private final Path folder;
  private final Path archive;
  private final GenesisDoc genesis;
  private final Vertx vertx = Vertx.vertx();
  private int apps;

  FeedingIT(@TempDir final Path folder) throws IOException, FailureException {
    this.folder = folder;
    this.archive = folder.resolve("archive");
    DemoChain.unpackArchive(archive);
    this.genesis =
        new GenesisJson(LINE, AddressDerivation::addressOf, JsonLimits.GENESIS)
            .read(() -> Files.newInputStream(archive.resolve("genesis.json")));
  }

  @AfterEach
  void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private KvStoreApp freshApp() throws FailureException {
    return KvStoreApp.open(folder.resolve("app-" + apps++));
  }

  private Bytes rehearse(final AbciAddress app, final long target) throws Exception {
    try (ArchiveServer server = ArchiveServer.start(archive, 0);
        BundleSource source =
            KyveBundleSource.open(
                vertx,
                SourceConfig.ofPool(0, folder.resolve("cache"))
                    .withChainRest(List.of(server.chainRest()))
                    .withGateways(
                        StorageGateways.DEFAULTS.withOverride(List.of(server.storageRest()))))) {
      return new Rehearsal(LINE, source, BlockRuntime.TENDERMINT_BSYNC, genesis).run(app, target);
    }
  }

  private RecordedCalls record() throws Exception {
    try (KvStoreApp app = freshApp();
        AbciServer listening = app.listen(AppProcess.freeAddress());
        AbciProxy proxy =
            AbciProxy.startRecording(listening.address(), LINE.frameLength(), folder)) {
      rehearse(proxy.address(), TARGET);
      return proxy.recorded();
    }
  }

  private static long heightOf(final AbciAddress app) throws FailureException {
    try (AbciClient client =
        AbciClient.open(app, LINE, ConnectionSettings.defaults(LINE), ConnectGate.always())) {
      return client.info().lastBlockHeight();
    }
  }

  @Test
  void rehearsalEndsWithTheRecordingNodesAppHash() throws Exception {
    try (KvStoreApp app = freshApp();
        AbciServer listening = app.listen(AppProcess.freeAddress())) {
      final Bytes appHash = rehearse(listening.address(), TARGET);
      assertThat(appHash.toString()).isEqualToIgnoringCase(DemoChain.load().appHashAfter(TARGET));
    }
  }

  @Test
  void rehearsalRefusesAnAppThatIsNotFresh() throws Exception {
    try (KvStoreApp app = freshApp();
        AbciServer listening = app.listen(AppProcess.freeAddress())) {
      rehearse(listening.address(), 5);
      assertThatThrownBy(() -> rehearse(listening.address(), TARGET))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("at height 5, not fresh");
    }
  }

  @Test
  void proxySeesEveryBlockOfTheConsensusConnection() throws Exception {
    try (KvStoreApp app = freshApp();
        AbciServer listening = app.listen(AppProcess.freeAddress());
        AbciProxy proxy = AbciProxy.start(listening.address(), LINE.frameLength())) {
      assertThat(proxy.seen()).isEmpty();
      rehearse(proxy.address(), TARGET);
      assertThat(proxy.awaitBlocks(TARGET, Duration.ofSeconds(10))).isTrue();
      final ConsensusMeter.Seen seen = proxy.seen().orElseThrow();
      assertThat(seen.blocks()).isEqualTo(TARGET);
      assertThat(seen.spanNanos()).isPositive();
      assertThat(seen.idleShare()).isBetween(0.0, 1.0);
      assertThat(proxy.awaitBlocks(TARGET + 1, Duration.ofMillis(1))).isFalse();
    }
  }

  @Test
  void feederLeavesTheAppWhereTheRehearsalDid() throws Exception {
    final RecordedCalls recorded = record();
    // InitChain, then FinalizeBlock and Commit of each block
    assertThat(recorded.firstBlockCall()).isEqualTo(1);
    assertThat(recorded.load()).hasSize((int) (1 + 2 * TARGET));
    try (KvStoreApp app = freshApp();
        AbciServer listening = app.listen(AppProcess.freeAddress())) {
      final Feeder.Fed fed =
          new Feeder(LINE.frameLength())
              .feed(listening.address(), recorded.load(), recorded.firstBlockCall());
      assertThat(heightOf(listening.address())).isEqualTo(TARGET);
      assertThat(fed.spanNanos()).isPositive().isLessThanOrEqualTo(fed.wallNanos());
      assertThat(fed.cpuSeconds()).isPositive();
    }
  }

  @Test
  void preparedCallsCanBeFedAgain() throws Exception {
    final RecordedCalls recorded = record();
    final List<RecordedCalls.Call> calls = recorded.load();
    for (int round = 0; round < 2; round++) {
      try (KvStoreApp app = freshApp();
          AbciServer listening = app.listen(AppProcess.freeAddress());
          AbciProxy proxy = AbciProxy.start(listening.address(), LINE.frameLength())) {
        new Feeder(LINE.frameLength()).feed(proxy.address(), calls, recorded.firstBlockCall());
        assertThat(proxy.seen().orElseThrow().blocks()).isEqualTo(TARGET);
      }
    }
  }

  @Test
  void feederFailsOnAnAppThatIsGone() throws Exception {
    final RecordedCalls recorded = record();
    final AbciAddress nobody = AppProcess.freeAddress();
    assertThatThrownBy(
            () ->
                new Feeder(LINE.frameLength())
                    .feed(nobody, recorded.load(), recorded.firstBlockCall()))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("got no answer");
  }

  @Test
  void proxyHangsUpWhereTheAppIsNotReached() throws IOException, FailureException {
    try (AbciProxy proxy = AbciProxy.start(AppProcess.freeAddress(), LINE.frameLength());
        java.nio.channels.SocketChannel engine =
            java.nio.channels.SocketChannel.open(proxy.address().toSocketAddress())) {
      assertThat(engine.read(java.nio.ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }
}
