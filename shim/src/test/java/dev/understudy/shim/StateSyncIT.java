package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.snapshot.TrustAnchor;
import dev.understudy.shim.snapshot.TrustAnchor.NoTrust;
import dev.understudy.shim.snapshot.TrustAnchor.TrustedArchive;
import dev.understudy.shim.snapshot.TrustAnchor.TrustedGenesis;
import dev.understudy.shim.snapshot.TrustAnchor.TrustedHeader;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.kyve.ChainArchive;
import dev.understudy.shim.source.kyve.FakeArchive;
import dev.understudy.shim.source.kyve.SnapshotArchive;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.ChainApp.Misdeed;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.Response;
import dev.understudy.types.wire.proto.ResponseApplySnapshotChunk;
import dev.understudy.types.wire.proto.ResponseOfferSnapshot;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole state syncs of made chains: what the app gets, what the home is, what is refused. */
final class StateSyncIT {
  private static final long HEIGHT = 12;
  private static final long TIP = 20;

  private final Vertx vertx = Vertx.vertx();
  @TempDir private Path folder;
  private TestChain chain;
  private ChainArchive blocks;
  private SnapshotArchive snapshots;
  private MadeHome home;
  private ChainApp app;

  @BeforeEach
  void make() throws Exception {
    use(
        TestChain.ofValidators(4)
            .withTxs(3, "a")
            .withUpdates(5, new Signer(0).withPower(40))
            .grow(TIP));
  }

  private void use(final TestChain made) throws Exception {
    close();
    chain = made;
    blocks = new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, 6).archiveTo(TIP);
    snapshots = new SnapshotArchive(chain);
    home = new MadeHome(folder.resolve("home-" + System.nanoTime()), chain);
    app = new ChainApp(chain, 0);
  }

  @AfterEach
  void end() throws Exception {
    close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private void close() throws Exception {
    if (blocks != null) {
      blocks.close();
      snapshots.close();
      app.close();
    }
  }

  private TrustAnchor header(final long height) {
    return new TrustedHeader(height, chain.id(height).hash(), "the test");
  }

  private StateSyncConfig config(final TrustAnchor anchor, final OptionalLong target) {
    return new StateSyncConfig(
        home.path(),
        TestChain.LINE,
        blocks.source(home.cache()),
        snapshots.source(home.path().resolve("understudy/cache-snapshots")),
        new SyncConfig.Separate(Optional.of(app.address()), /* restarted= */ true),
        target,
        anchor,
        /* diskReserveBytes= */ 0,
        Duration.ofSeconds(30),
        Optional.empty());
  }

  private StateSyncReport run(final TrustAnchor anchor) throws Exception {
    return new StateSync(config(anchor, OptionalLong.empty()), vertx).run();
  }

  private void assertRefused(
      final FailureKind kind, final ThrowingCallable run, final String words) {
    assertThatThrownBy(run)
        .isInstanceOfSatisfying(FailureException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  private static String chunk(final int index) {
    return "chunk chunk %d of height %d".formatted(index, HEIGHT);
  }

  @Test
  void givesTheAppEveryChunkInOrderAndLeavesWhatTheNodeNeeds() throws Exception {
    snapshots.add(6, 2).add(HEIGHT, 3);
    final StateSyncReport report = run(header(HEIGHT + 1));

    assertThat(app.calls()).containsExactly("offer 12", chunk(0), chunk(1), chunk(2));
    assertThat(report.height()).isEqualTo(HEIGHT);
    assertThat(report.chunks()).isEqualTo(3);
    assertThat(report.anchor()).isEqualTo("header");
    home.isReadyAt(HEIGHT);
    assertThat(home.keys(DatabaseId.BLOCKSTORE)).containsExactly("SC:12");
    assertThat(home.keys(DatabaseId.STATE))
        .containsExactly(
            "consensusParamsKey:13",
            "offlineStateSyncHeightKey",
            "stateKey",
            "validatorsKey:12",
            "validatorsKey:13",
            "validatorsKey:14");
    assertThat(RestoreMark.read(home.layout())).isEmpty();
  }

  @Test
  void takesTheNewestSnapshotAtOrBelowTheTarget() throws Exception {
    snapshots.add(3, 1).add(6, 1).add(HEIGHT, 1);
    final StateSyncReport report =
        new StateSync(config(header(7), OptionalLong.of(8)), vertx).run();
    assertThat(report.height()).isEqualTo(6);
  }

  @Test
  void takesNoSnapshotThatTheBlockPoolCantProveYet() throws Exception {
    snapshots.add(6, 1).addUnproven(TIP - 1);
    assertThat(run(header(7)).height()).isEqualTo(6);
  }

  @Test
  void takesAnOlderSnapshotWhileTheNewestIsStillArchived() throws Exception {
    snapshots.add(6, 2);
    final List<byte[]> all = SnapshotArchive.chunks(HEIGHT, 3);
    snapshots.add(HEIGHT, snapshots.head(HEIGHT, all), all.subList(0, 2));
    assertThat(run(header(7)).height()).isEqualTo(6);
  }

  @Test
  void goesByBlocksAloneWhereThatIsTheShorterWay() throws Exception {
    snapshots.add(6, 1).add(HEIGHT, 1);
    final OptionalLong target = OptionalLong.of(17);
    final HeightSync sync =
        new HeightSync(
            new SyncConfig(
                home.path(),
                TestChain.LINE,
                blocks.source(home.cache()),
                new SyncConfig.Separate(Optional.of(app.address()), /* restarted= */ true),
                target,
                PipelineConfig.defaults(VerifyMode.CHAIN),
                /* txIndex= */ true,
                /* diskReserveBytes= */ 0,
                Duration.ofSeconds(30)),
            config(header(HEIGHT), target),
            false,
            false,
            vertx);
    // few blocks: the way from genesis is the shorter one
    assertThat(sync.run().snapshot()).isEmpty();
    assertThat(app.height()).isEqualTo(17);
    home.isReadyAt(17);
  }

  @Test
  void followsASnapshotWithBlocks() throws Exception {
    snapshots.add(HEIGHT, 1);
    run(header(HEIGHT));
    home.sync(vertx, blocks.source(home.cache()), app.address(), 17).run();
    assertThat(app.calls()).contains("block 13", "commit 17").doesNotContain("init", "block 12");
    home.isReadyAt(17);
  }

  @ParameterizedTest
  @CsvSource({
    "2,aborted state sync when it was offered",
    "3,rejected the snapshot",
    "4,rejected the snapshot's format",
    "5,rejected the archive as a sender",
    "9,a number unknown here"
  })
  void obeysEveryAnswerToTheOffer(final int result, final String words) throws Exception {
    snapshots.add(HEIGHT, 1);
    app.misbehave(
        Request::hasOfferSnapshot,
        Misdeed.saying(
            honest ->
                Response.newBuilder()
                    .setOfferSnapshot(ResponseOfferSnapshot.newBuilder().setResult(result))
                    .build()));
    assertRefused(FailureKind.APP, () -> run(header(HEIGHT)), words);
    assertThat(app.calls()).containsExactly("offer 12");
    assertThat(RestoreMark.read(home.layout())).isEmpty();
  }

  private static Response chunkAnswer(final int result, final Integer... refetch) {
    return Response.newBuilder()
        .setApplySnapshotChunk(
            ResponseApplySnapshotChunk.newBuilder()
                .setResult(result)
                .addAllRefetchChunks(List.of(refetch)))
        .build();
  }

  /** Once, at the chunk with this number. */
  private void atChunk(final int index, final Response answer) {
    final AtomicInteger times = new AtomicInteger();
    app.misbehave(
        request ->
            request.hasApplySnapshotChunk()
                && request.getApplySnapshotChunk().getIndex() == index
                && times.getAndIncrement() == 0,
        Misdeed.saying(honest -> answer));
  }

  @Test
  void givesAChunkAgainOnRetry() throws Exception {
    snapshots.add(HEIGHT, 3);
    atChunk(1, chunkAnswer(3));
    run(header(HEIGHT));
    assertThat(app.calls()).containsExactly("offer 12", chunk(0), chunk(1), chunk(1), chunk(2));
  }

  @Test
  void givesRefetchedChunksAgainBeforeTheNext() throws Exception {
    snapshots.add(HEIGHT, 3);
    atChunk(1, chunkAnswer(1, 0, 1));
    run(header(HEIGHT));
    assertThat(app.calls())
        .containsExactly("offer 12", chunk(0), chunk(1), chunk(0), chunk(1), chunk(2));
  }

  @Test
  void offersAllOfItAgainOnRetrySnapshot() throws Exception {
    snapshots.add(HEIGHT, 2);
    atChunk(1, chunkAnswer(4));
    run(header(HEIGHT));
    assertThat(app.calls())
        .containsExactly("offer 12", chunk(0), chunk(1), "offer 12", chunk(0), chunk(1));
  }

  @ParameterizedTest
  @CsvSource({
    "2,aborted state sync at chunk 1",
    "5,rejected the snapshot at chunk 1",
    "7,answered chunk 1 with a number unknown"
  })
  void endsAtAnAnswerThatEndsIt(final int result, final String words) throws Exception {
    snapshots.add(HEIGHT, 3);
    atChunk(1, chunkAnswer(result));
    assertRefused(FailureKind.APP, () -> run(header(HEIGHT)), words);
    assertThat(app.calls()).containsExactly("offer 12", chunk(0), chunk(1));
  }

  @Test
  void tiresOfAnAppThatWantsTheSameChunkForEver() throws Exception {
    snapshots.add(HEIGHT, 1);
    app.misbehave(Request::hasApplySnapshotChunk, Misdeed.saying(honest -> chunkAnswer(3)));
    assertRefused(FailureKind.APP, () -> run(header(HEIGHT)), "wanted chunk 0 again 3 times");
  }

  @Test
  void saysThatABrokenOffRestoreMustBeReset() throws Exception {
    snapshots.add(HEIGHT, 3);
    app.misbehave(
        request ->
            request.hasApplySnapshotChunk() && request.getApplySnapshotChunk().getIndex() == 1,
        Misdeed.die());
    assertRefused(FailureKind.APP, () -> run(header(HEIGHT)), "");
    app.misbehave(request -> false, Misdeed.die());

    assertRefused(
        FailureKind.HOME_STATE, () -> run(header(HEIGHT)), "restore of height 12 was broken off");
    assertRefused(
        FailureKind.HOME_STATE,
        () -> home.sync(vertx, blocks.source(home.cache()), app.address(), 5).run(),
        "restore of the snapshot of height 12 was begun here");
    assertThat(app.calls()).doesNotContain("init");
  }

  @Test
  void goesOnWhereAKilledRunHadAppliedTheLastChunk() throws Exception {
    snapshots.add(HEIGHT, 3);
    Files.createDirectories(home.layout().understudyDir());
    new RestoreMark(HEIGHT, chain.id(HEIGHT).hash()).write(home.layout());
    app.close();
    app = new ChainApp(chain, HEIGHT);
    final StateSyncReport report = run(header(HEIGHT));
    assertThat(report.restored()).isFalse();
    assertThat(app.calls()).isEmpty();
    home.isReadyAt(HEIGHT);
    assertThat(RestoreMark.read(home.layout())).isEmpty();
  }

  @Test
  void refusesAnAppThatHasAHeightAlready() throws Exception {
    snapshots.add(HEIGHT, 1);
    app.close();
    app = new ChainApp(chain, 4);
    assertRefused(FailureKind.HOME_STATE, () -> run(header(HEIGHT)), "the app is at height 4");
    assertThat(app.calls()).isEmpty();
  }

  @Test
  void refusesAHomeThatHasAState() throws Exception {
    snapshots.add(HEIGHT, 1);
    run(header(HEIGHT));
    assertRefused(
        FailureKind.HOME_STATE, () -> run(header(HEIGHT)), "this home is at height 12 already");
    home.isReadyAt(HEIGHT);
  }

  @Test
  void refusesAnAppThatArrivesAtAnotherHash() throws Exception {
    snapshots.add(HEIGHT, 1);
    app.ofAnotherChain();
    assertRefused(FailureKind.APP, () -> run(header(HEIGHT)), "the app's app hash is FF");
  }

  // damage in chunks

  @Test
  void refusesADamagedFirstChunkBeforeTheOffer() throws Exception {
    final List<byte[]> honest = SnapshotArchive.chunks(HEIGHT, 2);
    final List<byte[]> damaged = new ArrayList<>(honest);
    damaged.set(0, "other".getBytes(StandardCharsets.UTF_8));
    snapshots.add(HEIGHT, snapshots.head(HEIGHT, honest), damaged);
    assertRefused(FailureKind.VERIFICATION, () -> run(header(HEIGHT)), "chunk 0 has the hash");
    assertThat(app.calls()).isEmpty();
  }

  @Test
  void refusesADamagedLaterChunkBeforeTheAppHasIt() throws Exception {
    final List<byte[]> honest = SnapshotArchive.chunks(HEIGHT, 3);
    final List<byte[]> damaged = new ArrayList<>(honest);
    damaged.set(1, "other".getBytes(StandardCharsets.UTF_8));
    snapshots.add(HEIGHT, snapshots.head(HEIGHT, honest), damaged);
    assertRefused(FailureKind.VERIFICATION, () -> run(header(HEIGHT)), "chunk 1 has the hash");
    assertThat(app.calls()).containsExactly("offer 12", chunk(0));
  }

  @Test
  void refusesChunksInAnotherOrder() throws Exception {
    final List<byte[]> honest = SnapshotArchive.chunks(HEIGHT, 3);
    final List<byte[]> swapped = new ArrayList<>(honest);
    Collections.swap(swapped, 1, 2);
    snapshots.add(HEIGHT, snapshots.head(HEIGHT, honest), swapped);
    assertRefused(FailureKind.VERIFICATION, () -> run(header(HEIGHT)), "chunk 1 has the hash");
  }

  @Test
  void refusesASnapshotHashThatIsNotThatOfAllChunks() throws Exception {
    final List<byte[]> honest = SnapshotArchive.chunks(HEIGHT, 2);
    final ArchivedSnapshot head = snapshots.head(HEIGHT, honest);
    final var said = head.snapshot();
    snapshots.add(
        HEIGHT,
        new ArchivedSnapshot(
            new dev.understudy.types.Snapshot(
                HEIGHT,
                3,
                2,
                dev.understudy.types.Bytes.wrap(TestChain.otherHash().array()),
                said.metadata()),
            head.block(),
            head.seenCommit(),
            head.state()),
        honest);
    assertRefused(
        FailureKind.VERIFICATION, () -> run(header(HEIGHT)), "all chunks together have the hash");
    assertThat(app.height()).isZero();
  }

  @Test
  void refusesAMissingChunk() throws Exception {
    final List<byte[]> all = SnapshotArchive.chunks(HEIGHT, 3);
    snapshots.add(HEIGHT, snapshots.head(HEIGHT, all), all.subList(0, 2)).add(15, 1);
    assertRefused(
        FailureKind.VERIFICATION,
        () -> new StateSync(config(header(15), OptionalLong.of(14)), vertx).run(),
        "it has 3 chunks, 2 are in the pool");
    assertThat(app.calls()).isEmpty();
  }

  @Test
  void refusesASurplusChunk() throws Exception {
    final List<byte[]> all = SnapshotArchive.chunks(HEIGHT, 3);
    snapshots.add(HEIGHT, snapshots.head(HEIGHT, all.subList(0, 2)), all);
    assertRefused(
        FailureKind.VERIFICATION, () -> run(header(HEIGHT)), "it has 2 chunks, 3 are in the pool");
  }

  @Test
  void refusesAChunkThatIsListedAsAnother() throws Exception {
    final List<byte[]> all = SnapshotArchive.chunks(HEIGHT, 2);
    snapshots.addItem(
        HEIGHT, 0, Optional.of(snapshots.head(HEIGHT, all)), all.get(0), text -> text);
    snapshots.addItem(
        HEIGHT, 1, Optional.empty(), all.get(1), text -> text.replace("12/1", "12/5"));
    assertRefused(
        FailureKind.VERIFICATION, () -> run(header(HEIGHT)), "holds chunk 5 of height 12, listed");
  }

  @Test
  void refusesAFirstChunkWithoutADescription() throws Exception {
    snapshots.addItem(HEIGHT, 0, Optional.empty(), new byte[] {1}, text -> text);
    assertRefused(
        FailureKind.VERIFICATION, () -> run(header(HEIGHT)), "no description of the snapshot");
  }

  // trust

  @Test
  void restoresNothingWithoutAnAnchorAndSaysWhatItFound() throws Exception {
    snapshots.add(HEIGHT, 1);
    assertRefused(
        FailureKind.CONFIGURATION,
        () -> run(new NoTrust()),
        "height 12, block hash " + chain.id(HEIGHT).hash());
    assertThat(app.calls()).isEmpty();
  }

  @Test
  void refusesAnAnchorWithAnotherHash() throws Exception {
    snapshots.add(HEIGHT, 1);
    for (final long at : new long[] {4, HEIGHT, HEIGHT + 1, TIP}) {
      assertRefused(
          FailureKind.VERIFICATION,
          () -> run(new TrustedHeader(at, TestChain.otherHash(), "the test")),
          "this is not the chain that is trusted");
    }
    assertThat(app.calls()).isEmpty();
  }

  @Test
  void linksDownFromATrustedHeaderFarAbove() throws Exception {
    snapshots.add(HEIGHT, 1);
    assertThat(run(header(TIP)).trust()).anyMatch(line -> line.contains("8 block(s) above"));
  }

  @Test
  void skipsUpFromATrustedHeaderBelow() throws Exception {
    snapshots.add(HEIGHT, 1);
    assertThat(run(header(9)).trust()).anyMatch(line -> line.contains("from height 9 to 13"));
  }

  @Test
  void skipsUpFromTheGenesisValidators() throws Exception {
    snapshots.add(HEIGHT, 1);
    final StateSyncReport report = run(new TrustedGenesis());
    assertThat(report.anchor()).isEqualTo("genesis");
    assertThat(report.trust()).contains("the first validators are the genesis file's validators");
  }

  @Test
  void namesTheBundleWhenTheArchiveIsTrusted() throws Exception {
    snapshots.add(HEIGHT, 1);
    assertThat(run(new TrustedArchive()).trust())
        .anyMatch(line -> line.startsWith("bundle 0 of pool 7 has the hash"));
  }

  /** All validators of the genesis are replaced, half at 3 and half at 9. */
  private static TestChain replaced() throws Exception {
    final ValidatorUpdate[] first = {
      new Signer(0).withPower(0),
      new Signer(1).withPower(0),
      new Signer(10).withPower(10),
      new Signer(11).withPower(10)
    };
    final ValidatorUpdate[] second = {
      new Signer(2).withPower(0),
      new Signer(3).withPower(0),
      new Signer(12).withPower(10),
      new Signer(13).withPower(10)
    };
    return TestChain.ofValidators(4).withUpdates(3, first).withUpdates(9, second).grow(TIP);
  }

  @Test
  void hopsOverTheSnapshotsBetweenWhereTheValidatorsWereReplaced() throws Exception {
    use(replaced());
    snapshots.add(6, 1).add(HEIGHT, 1);
    assertThat(run(new TrustedGenesis()).trust())
        .anyMatch(line -> line.contains("from height 1 to 7"))
        .anyMatch(line -> line.contains("from height 7 to 13"));
  }

  @Test
  void saysWhereNoWayLeadsFromTheGenesisValidators() throws Exception {
    use(replaced());
    snapshots.add(HEIGHT, 1);
    assertRefused(
        FailureKind.VERIFICATION,
        () -> run(new TrustedGenesis()),
        "no way leads from trusted height 1 to height 13");
    assertRefused(
        FailureKind.VERIFICATION,
        () -> run(new TrustedGenesis()),
        "the block pool has no block results to follow");
    assertThat(app.calls()).isEmpty();
  }

  private void useWithResults(final TestChain made, final UnaryOperator<String> editOfBlock3)
      throws Exception {
    use(made);
    blocks.close();
    blocks =
        new ChainArchive(chain, PoolRuntime.TENDERMINT, 6).withItem(3, editOfBlock3).archiveTo(TIP);
  }

  @Test
  void followsValidatorUpdatesWhereNoSnapshotLeadsOn() throws Exception {
    useWithResults(replaced(), item -> item);
    snapshots.add(HEIGHT, 1);
    assertThat(run(new TrustedGenesis()).trust())
        .anyMatch(line -> line.contains("from height 1 to 10"))
        .anyMatch(line -> line.contains("from height 10 to 13"));
    home.isReadyAt(HEIGHT);
  }

  @Test
  void refusesValidatorUpdatesThatDoNotLeadToTheHeadersValidators() throws Exception {
    useWithResults(replaced(), item -> item.replaceFirst("\"power\":\"10\"", "\"power\":\"11\""));
    snapshots.add(HEIGHT, 1);
    assertRefused(
        FailureKind.VERIFICATION,
        () -> run(new TrustedGenesis()),
        "below height 5 do not lead to the validators that header 5 names");
    assertThat(app.calls()).isEmpty();
  }

  @Test
  void followsUpdatesOverAChangeOfAllValidatorsAtOnce() throws Exception {
    useWithResults(
        TestChain.ofValidators(4)
            .withUpdates(
                5,
                new Signer(0).withPower(0),
                new Signer(1).withPower(0),
                new Signer(2).withPower(0),
                new Signer(3).withPower(0),
                new Signer(10).withPower(10))
            .grow(TIP),
        item -> item);
    snapshots.add(HEIGHT, 1);
    // the last header that the old ones signed announces the new ones
    assertThat(run(new TrustedGenesis()).trust())
        .anyMatch(line -> line.contains("from height 1 to 6"))
        .anyMatch(line -> line.contains("from height 6 to 13"));
  }

  @Test
  void stopsBetweenSnapshotAndBlocksWhereASeparateAppMustBeRestarted() throws Exception {
    use(TestChain.ofValidators(4).grow(130));
    blocks.archiveTo(130);
    snapshots.add(125, 1);
    final OptionalLong target = OptionalLong.of(128);
    final SyncConfig byBlocks =
        new SyncConfig(
            home.path(),
            TestChain.LINE,
            blocks.source(home.cache()),
            new SyncConfig.Separate(Optional.of(app.address()), /* restarted= */ true),
            target,
            PipelineConfig.defaults(VerifyMode.CHAIN),
            /* txIndex= */ false,
            /* diskReserveBytes= */ 0,
            Duration.ofSeconds(30));
    assertRefused(
        FailureKind.HOME_STATE,
        () -> new HeightSync(byBlocks, config(header(126), target), false, true, vertx).run(),
        "must be restarted before it gets blocks");
    home.isReadyAt(125);
    assertThat(app.calls()).doesNotContain("block 126");
    new HeightSync(byBlocks, config(header(126), target), false, true, vertx).run();
    home.isReadyAt(128);
  }

  // bad answers of the snapshot pool

  @ParameterizedTest
  @ValueSource(ints = {404, 429, 500, 503})
  void restoresNothingFromAPoolThatAnswersNothingElse(final int status) throws Exception {
    snapshots.add(HEIGHT, 2);
    snapshots.server().misbehave("/storage/", FakeArchive.status(status));
    assertRefused(FailureKind.ARCHIVE, () -> run(header(HEIGHT)), "bundle");
    assertThat(app.calls()).isEmpty();
    assertThat(RestoreMark.read(home.layout())).isEmpty();
  }

  static Stream<Arguments> troubles() {
    return Stream.of(
        Arguments.of("404", FakeArchive.status(404)),
        Arguments.of("429", FakeArchive.status(429)),
        Arguments.of("500", FakeArchive.status(500)),
        Arguments.of("a page", FakeArchive.body(200, "<html>maintenance</html>")),
        Arguments.of("half a body", FakeArchive.halfBody()),
        Arguments.of("a redirect to itself", FakeArchive.redirectToItself()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("troubles")
  void getsOverTroubleThatPasses(final String name, final FakeArchive.Behaviour trouble)
      throws Exception {
    snapshots.add(HEIGHT, 3);
    for (final String path : List.of("/storage/file1", "/kyve/v1/bundles/7", "/pool/7")) {
      final AtomicInteger times = new AtomicInteger();
      snapshots
          .server()
          .misbehave(path, exchange -> times.getAndIncrement() == 0 && trouble.answer(exchange));
    }
    assertThat(run(header(HEIGHT)).chunks()).isEqualTo(3);
    assertThat(app.calls()).containsExactly("offer 12", chunk(0), chunk(1), chunk(2));
    home.isReadyAt(HEIGHT);
  }

  @Test
  void getsOverAStallInTheMiddleOfAChunk() throws Exception {
    snapshots.add(HEIGHT, 3);
    final AtomicInteger times = new AtomicInteger();
    final FakeArchive.Behaviour stall = snapshots.server().stall();
    snapshots
        .server()
        .misbehave(
            "/storage/file2", exchange -> times.getAndIncrement() == 0 && stall.answer(exchange));
    assertThat(run(header(HEIGHT)).chunks()).isEqualTo(3);
    home.isReadyAt(HEIGHT);
  }

  // archives as KYVE's nodes write them

  static Stream<Arguments> dialects() {
    return Stream.of(
        dialect(
            "heights as numbers",
            text -> text.replaceAll("\"height\":\"(\\d+)\"", "\"height\":$1")),
        dialect(
            "state's heights as numbers",
            text -> text.replaceAll("\"(\\w*Height\\w*)\":\"(\\d+)\"", "\"$1\":$2")),
        dialect("no software", text -> text.replace(",\"software\":\"\"", "")),
        dialect(
            "software of KSYNC's fork",
            text -> text.replace("\"software\":\"\"", "\"software\":\"0.38.6\"")),
        dialect(
            "time_iota_ms of 0",
            text -> text.replaceFirst("(\"max_gas\":\"-?\\d+\")", "$1,\"time_iota_ms\":\"0\"")),
        dialect(
            "keys named as KSYNC's fork does",
            text -> text.replace("tendermint/PubKeyEd25519", "cometbft/v38/PubKeyEd25519")),
        dialect(
            "the right initial height",
            text -> text.replace("\"InitialHeight\":\"12\"", "\"InitialHeight\":\"1\"")),
        dialect("txs as null", text -> text.replace("\"txs\":[]", "\"txs\":null")),
        dialect("evidence as null", text -> text.replace("\"evidence\":[]", "\"evidence\":null")),
        dialect("white space", text -> text.replace("\",\"", "\" ,\n\"")),
        dialect(
            "fields unknown here", text -> text.replace("{\"key\":", "{\"more\":[{}],\"key\":")));
  }

  private static Arguments dialect(final String name, final UnaryOperator<String> edit) {
    return Arguments.of(name, edit);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dialects")
  void takesArchivesInEveryHonestDialect(final String name, final UnaryOperator<String> edit)
      throws Exception {
    final List<byte[]> all = SnapshotArchive.chunks(HEIGHT, 2);
    final UnaryOperator<String> real =
        text -> {
          assertThat(edit.apply(text)).as("another dialect").isNotEqualTo(text);
          return edit.apply(text);
        };
    snapshots.addItem(HEIGHT, 0, Optional.of(snapshots.head(HEIGHT, all)), all.get(0), real);
    snapshots.addItem(HEIGHT, 1, Optional.empty(), all.get(1), edit);
    final StateSyncReport report = run(header(HEIGHT + 1));
    assertThat(report.height()).isEqualTo(HEIGHT);
    home.isReadyAt(HEIGHT);
    assertThat(app.calls()).containsExactly("offer 12", chunk(0), chunk(1));
  }

  @Test
  void takesLaterChunksWithoutTheNullsBesideThem() throws Exception {
    final List<byte[]> all = SnapshotArchive.chunks(HEIGHT, 2);
    snapshots.addItem(
        HEIGHT, 0, Optional.of(snapshots.head(HEIGHT, all)), all.get(0), text -> text);
    snapshots.addItem(
        HEIGHT,
        1,
        Optional.empty(),
        all.get(1),
        text -> text.replaceAll("\"(snapshot|block|seenCommit|state)\":null,", ""));
    assertThat(run(header(HEIGHT + 1)).chunks()).isEqualTo(2);
  }

  @Test
  void refusesAChainThatAForgerSignedWithKeysOfHisOwn() throws Exception {
    final TestChain forged = replaced();
    use(forged);
    snapshots.add(HEIGHT, 1);
    // the operator's genesis file is another chain's with the same id
    Files.writeString(
        home.genesisFile(),
        dev.understudy.shim.testchain.ChainJson.genesis(
            new dev.understudy.types.GenesisDoc(
                TestChain.GENESIS_TIME,
                TestChain.CHAIN_ID,
                1,
                TestChain.PARAMS,
                List.of(
                    new dev.understudy.types.GenesisDoc.GenesisValidator(
                        new Signer(99).key(), 10, "")),
                dev.understudy.types.Bytes.EMPTY,
                dev.understudy.types.Bytes.EMPTY)));
    assertRefused(
        FailureKind.VERIFICATION,
        () -> run(new TrustedGenesis()),
        "the genesis file does not tell the chain's first validators");
    assertThat(app.calls()).isEmpty();
  }
}
