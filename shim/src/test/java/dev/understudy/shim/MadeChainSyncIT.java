package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.shim.pipeline.JournalMode;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.source.kyve.ChainArchive;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.MadeEvidence;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.types.Address;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.Evidence;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Validator;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.Scalars;
import dev.understudy.types.wire.proto.Request;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole syncs of made chains that do what no recorded chain does; archive and app on loopback. */
@Timeout(120)
class MadeChainSyncIT {
  private static final long FIRST = 40;
  private static final long TARGET = 90;

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService runner = Executors.newSingleThreadExecutor();

  MadeChainSyncIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() throws Exception {
    runner.shutdownNow();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** From height 40, with powers, members, params and votes that change. */
  private static TestChain eventful() throws Exception {
    return TestChain.ofValidators(7, FIRST)
        .withTxs(FIRST, "first")
        .withTxs(45, "a", "b", "c")
        .withTxs(60, "d")
        .withTxs(TARGET, "last", "of all")
        .withUpdates(44, new Signer(0).withPower(25))
        .withUpdates(50, new Signer(7).withPower(12), new Signer(2).withPower(9))
        .withUpdates(55, new Signer(1).withPower(0))
        .withParams(47, params(Optional.of(new BlockParams(2_000_000, -1, 0)), Optional.empty(), 0))
        .withParams(
            60,
            params(
                Optional.empty(),
                Optional.of(new EvidenceParams(500, Duration.ofHours(30), 4096)),
                3))
        .withVote(FIRST, 1, BlockIdFlag.ABSENT)
        .withVote(48, 2, BlockIdFlag.ABSENT)
        .withVote(48, 3, BlockIdFlag.NIL)
        .withVote(61, 0, BlockIdFlag.NIL)
        .withVote(TARGET, 3, BlockIdFlag.ABSENT)
        .withVote(TARGET, 4, BlockIdFlag.NIL)
        .grow(TARGET + 2);
  }

  private static ConsensusParamsUpdate params(
      final Optional<BlockParams> block, final Optional<EvidenceParams> evidence, final long app) {
    return new ConsensusParamsUpdate(
        block,
        evidence,
        Optional.empty(),
        app == 0 ? OptionalLong.empty() : OptionalLong.of(app),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
  }

  private MadeHome home(final String name, final TestChain chain) throws Exception {
    return new MadeHome(folder.resolve(name), chain);
  }

  private static ChainArchive archive(final TestChain chain, final PoolRuntime runtime) {
    return new ChainArchive(chain, runtime, 7);
  }

  /** Syncs at one go, from an archive of bundles of 7 blocks up to the one behind the target. */
  private MadeHome synced(
      final String name, final TestChain chain, final PoolRuntime runtime, final long target)
      throws Exception {
    final MadeHome home = home(name, chain);
    syncTo(home, chain, runtime, target);
    return home;
  }

  private void syncTo(
      final MadeHome home, final TestChain chain, final PoolRuntime runtime, final long target)
      throws Exception {
    try (ChainArchive archive = archive(chain, runtime).archiveTo(target + 1);
        ChainApp app = new ChainApp(chain, 0)) {
      final SyncReport report =
          home.sync(vertx, archive.source(home.cache()), app.address(), target).run();
      assertThat(report.reached()).isTrue();
      assertThat(report.height()).isEqualTo(target);
      assertThat(app.calls()).isEqualTo(calls(chain.initialHeight(), target));
    }
  }

  private static List<String> calls(final long from, final long to) {
    final List<String> calls = new ArrayList<>();
    calls.add("init");
    for (long height = from; height <= to; height++) {
      calls.add("block " + height);
      calls.add("commit " + height);
    }
    return calls;
  }

  private static void sameHomes(final MadeHome one, final MadeHome other) throws Exception {
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(one.records(id)).as("%s", id).isEqualTo(other.records(id));
    }
    assertThat(one.records(DatabaseId.BLOCKSTORE)).isNotEmpty();
  }

  /** An app that is at a commit has the next block already, wherever that was ready. */
  @Test
  void nextBlockIsSentBehindTheCommit() throws Exception {
    final TestChain chain = eventful();
    final AtomicInteger behind = new AtomicInteger();
    try (ChainArchive archive = archive(chain, PoolRuntime.TENDERMINT_BSYNC).archiveTo(TARGET + 1);
        ChainApp app = new ChainApp(chain, 0)) {
      app.misbehave(
          Request::hasCommit,
          (honest, in, out) -> {
            final long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
            // the commit's own flush has a few bytes, a block hundreds
            while (in.available() < 100 && System.nanoTime() < until) {
              Thread.onSpinWait();
            }
            if (in.available() >= 100) {
              behind.incrementAndGet();
            }
            return honest;
          });
      home("behind", chain)
          .sync(vertx, archive.source(folder.resolve("cache")), app.address(), TARGET)
          .run();
      assertThat(app.calls()).isEqualTo(calls(chain.initialHeight(), TARGET));
    }
    assertThat(behind).hasValueGreaterThan(10);
  }

  @Test
  void chainFromHeight40WithChangesLeavesReadyHome() throws Exception {
    final TestChain chain = eventful();
    final MadeHome home = synced("home", chain, PoolRuntime.TENDERMINT_BSYNC, TARGET);
    home.holdsChainTo(TARGET);
    home.holdsWholeSetAt(FIRST, 46, 52, 57);
    home.isReadyAt(TARGET);
  }

  @Test
  void evidenceReachesAppAndIsRememberedAsCommitted() throws Exception {
    final TestChain chain = TestChain.ofValidators(4).grow(9);
    final Evidence duplicate = MadeEvidence.duplicateVote(chain, 5, 2);
    final Evidence attack = MadeEvidence.lightClientAttack(chain, 6, 8);
    final Evidence later = MadeEvidence.duplicateVote(chain, 9, 0);
    chain.withEvidence(10, duplicate, attack).withEvidence(14, later).grow(22);

    final MadeHome home = home("home", chain);
    try (ChainArchive archive = archive(chain, PoolRuntime.TENDERMINT_BSYNC).archiveTo(21);
        ChainApp app = new ChainApp(chain, 0)) {
      home.sync(vertx, archive.source(home.cache()), app.address(), 20).run();

      final List<String> accused = new ArrayList<>();
      accused.add(told(1, chain.set(5).validators().get(2), 5, chain));
      for (final Validator validator : chain.set(6).validators()) {
        accused.add(told(2, validator, 6, chain));
      }
      assertThat(told(app, 10)).isEqualTo(accused);
      assertThat(told(app, 14))
          .containsExactly(told(1, chain.set(9).validators().get(0), 9, chain));
      for (final long height : new long[] {1, 9, 11, 15, 20}) {
        assertThat(app.misbehaviors(height)).isEmpty();
      }
    }
    for (final Evidence piece : List.of(duplicate, attack, later)) {
      assertThat(home.isCommitted(piece)).isTrue();
    }
    assertThat(home.isCommitted(MadeEvidence.duplicateVote(chain, 5, 1))).isFalse();
    assertThat(home.keys(DatabaseId.EVIDENCE))
        .containsExactly(
            "\0" + "0000000000000005/" + Hashes.evidenceHash(duplicate),
            "\0" + "0000000000000006/" + Hashes.evidenceHash(attack),
            "\0" + "0000000000000009/" + Hashes.evidenceHash(later));
    home.holdsChainTo(20);
    home.isReadyAt(20);
  }

  private static String told(
      final int type, final Validator validator, final long height, final TestChain chain) {
    return told(
        type, validator.address(), 10, height, chain.block(height).header().time().toString(), 40);
  }

  private static String told(
      final int type,
      final Address address,
      final long power,
      final long height,
      final String time,
      final long total) {
    return "%d by %s of %d at %d, %s, of %d".formatted(type, address, power, height, time, total);
  }

  private static List<String> told(final ChainApp app, final long height) {
    return app.misbehaviors(height).stream()
        .map(
            m ->
                told(
                    m.getType(),
                    Scalars.toAddress(m.getValidator().getAddress()),
                    m.getValidator().getPower(),
                    m.getHeight(),
                    Scalars.toInstant(m.getTime()).toString(),
                    m.getTotalVotingPower()))
        .toList();
  }

  @Test
  void followingSyncGoesOnByItselfWhenTheArchiveGrows() throws Exception {
    final TestChain chain = eventful();
    final MadeHome home = home("home", chain);
    try (ChainArchive archive = archive(chain, PoolRuntime.TENDERMINT_BSYNC).archiveTo(60);
        ChainApp app = new ChainApp(chain, 0)) {
      final BlockSync sync =
          home.sync(vertx, archive.source(home.cache()).withFollow(true), app.address(), TARGET);
      final Future<SyncReport> running = runner.submit(sync::run);
      try {
        for (final long end : new long[] {60, 75}) {
          archive.archiveTo(end);
          // the last archived block has no commit yet
          await()
              .atMost(Duration.ofSeconds(30))
              .untilAsserted(() -> assertThat(sync.progress().height()).isEqualTo(end - 1));
          final long looks = archive.looks();
          await().atMost(Duration.ofSeconds(30)).until(() -> archive.looks() > looks + 2);
          assertThat(running).isNotDone();
          assertThat(sync.progress().height()).isEqualTo(end - 1);
        }
        archive.archiveTo(TARGET + 2);
        final SyncReport report = running.get(60, TimeUnit.SECONDS);
        assertThat(report.reached()).isTrue();
        assertThat(report.height()).isEqualTo(TARGET);
      } finally {
        sync.requestStop();
      }
      assertThat(app.calls()).isEqualTo(calls(FIRST, TARGET));
    }
    home.holdsChainTo(TARGET);
    home.isReadyAt(TARGET);
  }

  @Test
  void bothRuntimesGiveTheSameHome() throws Exception {
    final TestChain chain = eventful();
    sameHomes(
        synced("tendermint", chain, PoolRuntime.TENDERMINT, TARGET),
        synced("bsync", chain, PoolRuntime.TENDERMINT_BSYNC, TARGET));
  }

  @Test
  void gzippedGenesisFileIsReadLikeAPlainOne() throws Exception {
    final TestChain chain = TestChain.ofValidators(2).withTxs(3, "x").grow(12);
    final MadeHome home = home("zipped", chain);
    final ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(Files.readAllBytes(home.genesisFile()));
    }
    Files.write(home.genesisFile(), zipped.toByteArray());

    syncTo(home, chain, PoolRuntime.TENDERMINT_BSYNC, 10);

    assertThat(Files.readAllBytes(home.genesisFile())).startsWith(0x1f, 0x8b);
    sameHomes(home, synced("plain", chain, PoolRuntime.TENDERMINT_BSYNC, 10));
    home.isReadyAt(10);
  }

  @Test
  void eachProvidersBundleIsFetchedFromItsOwnGateway() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).grow(25);
    final MadeHome home = home("home", chain);
    try (ChainArchive archive = new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, 4);
        ChainApp app = new ChainApp(chain, 0)) {
      archive
          .archiveAt(1, "arweave")
          .archiveAt(2, "arweave")
          .archiveAt(3, "kyve")
          .archiveAt(4, "arweave")
          .archiveAt(5, "load/resolve")
          .archiveAt(6, "walrus");
      final List<URI> none = List.of();
      home.sync(
              vertx,
              archive
                  .source(home.cache())
                  .withGateways(
                      new StorageGateways(
                          none,
                          List.of(archive.folder("arweave")),
                          List.of(archive.folder("kyve")),
                          List.of(archive.folder("load")),
                          List.of(archive.folder("walrus")))),
              app.address(),
              23)
          .run();

      assertThat(archive.filesAskedFor())
          .containsExactly(
              "/storage/arweave/file0",
              "/storage/arweave/file1",
              "/storage/arweave/file3",
              "/storage/kyve/file2",
              "/storage/load/resolve/file4",
              "/storage/walrus/file5");
    }
    home.holdsChainTo(23);
  }

  @Test
  void syncStoppedInTheMiddleGoesOnWhereItWas() throws Exception {
    final TestChain chain = eventful();
    final MadeHome home = home("stopped", chain);
    final long middle = 51;
    try (ChainArchive archive = archive(chain, PoolRuntime.TENDERMINT_BSYNC).archiveTo(TARGET + 1);
        ChainApp app = new ChainApp(chain, 0)) {
      final BlockSync first = home.sync(vertx, archive.source(home.cache()), app.address(), TARGET);
      app.atBlock(middle, first::requestStop);
      final SyncReport stopped = first.run();
      assertThat(stopped.reached()).isFalse();
      assertThat(stopped.height()).isEqualTo(middle);
      home.holdsChainTo(middle);
      home.isReadyAt(middle);

      final SyncReport resumed =
          home.sync(vertx, archive.source(home.cache()), app.address(), TARGET).run();
      assertThat(resumed.reached()).isTrue();
      assertThat(resumed.startHeight()).isEqualTo(middle);
      assertThat(app.calls()).isEqualTo(calls(FIRST, TARGET));
    }
    home.holdsChainTo(TARGET);
    home.isReadyAt(TARGET);
    sameHomes(home, synced("at one go", chain, PoolRuntime.TENDERMINT_BSYNC, TARGET));
  }

  @Test
  void lazyJournalIsRefusedWhereTheArchiveHasNoResults() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).grow(6);
    final MadeHome home = home("home", chain);
    try (ChainArchive archive = archive(chain, PoolRuntime.TENDERMINT_BSYNC).archiveTo(5);
        ChainApp app = new ChainApp(chain, 0)) {
      final BlockSync sync =
          home.sync(
              vertx,
              archive.source(home.cache()),
              app.address(),
              4,
              Duration.ofSeconds(30),
              JournalMode.LAZY);
      assertThatThrownBy(sync::run)
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
          .hasMessageContaining("--journal lazy");
      assertThat(app.calls()).isEmpty();
    }
    try (ChainArchive archive = archive(chain, PoolRuntime.TENDERMINT).archiveTo(5);
        ChainApp app = new ChainApp(chain, 0)) {
      final SyncReport report =
          home.sync(
                  vertx,
                  archive.source(home.cache()),
                  app.address(),
                  4,
                  Duration.ofSeconds(30),
                  JournalMode.LAZY)
              .run();
      assertThat(report.height()).isEqualTo(4);
      assertThat(report.archiveEvents()).isEmpty();
    }
  }

  @Test
  void stopDuringInitChainDoesNotWaitForItsEnd() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).grow(6);
    final MadeHome home = home("home", chain);
    try (ChainArchive archive = archive(chain, PoolRuntime.TENDERMINT_BSYNC).archiveTo(5)) {
      final CountDownLatch begun = new CountDownLatch(1);
      final CountDownLatch released = new CountDownLatch(1);
      try (ChainApp app = new ChainApp(chain, 0)) {
        app.atInitChain(
            () -> {
              begun.countDown();
              awaitQuietly(released);
            });
        final BlockSync sync = home.sync(vertx, archive.source(home.cache()), app.address(), 4);
        final Future<SyncReport> running = runner.submit(sync::run);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        sync.requestStop();
        assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(InterruptedException.class);
        assertThat(home.layout().database(DatabaseId.STATE)).as("sealed").isDirectory();
      } finally {
        released.countDown();
      }
      try (ChainApp app = new ChainApp(chain, 0)) {
        home.sync(vertx, archive.source(home.cache()), app.address(), 4).run();
        assertThat(app.calls()).isEqualTo(calls(1, 4));
      }
    }
    home.holdsChainTo(4);
  }

  @Test
  void stopDuringTheHandshakesReplayEndsBehindTheBlockInWork() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).withTxs(3, "x").grow(12);
    final MadeHome home = synced("home", chain, PoolRuntime.TENDERMINT_BSYNC, 10);
    try (ChainArchive archive = archive(chain, PoolRuntime.TENDERMINT_BSYNC).archiveTo(11)) {
      try (ChainApp app = new ChainApp(chain, 2)) {
        final BlockSync sync = home.sync(vertx, archive.source(home.cache()), app.address(), 10);
        app.atBlock(5, sync::requestStop);
        assertThatThrownBy(sync::run).isInstanceOf(InterruptedException.class);
        assertThat(app.calls()).endsWith("block 5", "commit 5");
      }
      home.isReadyAt(10);
      try (ChainApp app = new ChainApp(chain, 5)) {
        home.sync(vertx, archive.source(home.cache()), app.address(), 10).run();
        assertThat(app.calls()).startsWith("block 6").endsWith("commit 10");
      }
    }
    home.holdsChainTo(10);
  }

  private static void awaitQuietly(final CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
