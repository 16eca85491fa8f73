package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.snapshot.TrustAnchor.TrustedHeader;
import dev.understudy.shim.source.PoolRuntime;
import dev.understudy.shim.source.SourceConfig;
import dev.understudy.shim.source.StorageGateways;
import dev.understudy.shim.source.kyve.ChainArchive;
import dev.understudy.shim.source.kyve.FakeArchive;
import dev.understudy.shim.source.kyve.SnapshotArchive;
import dev.understudy.shim.testchain.ChainApp;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.RestoreMark;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.wire.proto.Request;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A state sync in a process of its own is killed in each of its phases; then the same command
 * either goes on or says what is to be reset.
 */
@Timeout(300)
final class StateSyncKillIT {
  private static final long HEIGHT = 12;
  private static final long TIP = 16;
  private static final int KILLED = 137;

  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Path folder;
  private TestChain chain;
  private ChainArchive blocks;
  private SnapshotArchive snapshots;
  private MadeHome home;
  private ChainApp app;

  StateSyncKillIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void make() throws Exception {
    chain = TestChain.ofValidators(4).withTxs(3, "a").grow(TIP);
    blocks = new ChainArchive(chain, PoolRuntime.TENDERMINT_BSYNC, 6).archiveTo(TIP);
    snapshots = new SnapshotArchive(chain).add(HEIGHT, 3);
    home = new MadeHome(folder.resolve("home"), chain);
    app = new ChainApp(chain, 0);
  }

  @AfterEach
  void end() throws Exception {
    ended.countDown();
    app.close();
    blocks.close();
    snapshots.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  /** The command, as a process that can be killed. */
  static final class Child {
    private Child() {}

    public static void main(final String[] args) throws Exception {
      final Path home = Path.of(args[0]);
      final FailPoints points =
          args[8].equals("-")
              ? FailPoints.NONE
              : at -> {
                if (at == FailPoint.valueOf(args[8])) {
                  Runtime.getRuntime().halt(KILLED);
                }
              };
      new StateSync(
              config(
                  home,
                  source(home.resolve("understudy/cache"), args[1], args[2]),
                  source(home.resolve("understudy/cache-snapshots"), args[3], args[4]),
                  AbciAddress.parse(args[5]),
                  new TrustedHeader(Long.parseLong(args[6]), Hash.fromHex(args[7]), "the test")),
              Vertx.vertx(),
              points)
          .run();
      Runtime.getRuntime().halt(0);
    }

    private static SourceConfig source(final Path cache, final String rest, final String storage) {
      return SourceConfig.ofPool(FakeArchive.POOL, cache)
          .withChainRest(List.of(URI.create(rest)))
          .withGateways(StorageGateways.DEFAULTS.withOverride(List.of(URI.create(storage))));
    }
  }

  private static StateSyncConfig config(
      final Path home,
      final SourceConfig blocks,
      final SourceConfig snapshots,
      final AbciAddress app,
      final TrustedHeader anchor) {
    return new StateSyncConfig(
        home,
        TestChain.LINE,
        blocks,
        snapshots,
        new SyncConfig.Separate(Optional.of(app), /* restarted= */ true),
        OptionalLong.empty(),
        anchor,
        /* diskReserveBytes= */ 0,
        Duration.ofSeconds(30),
        Optional.empty());
  }

  private Process start(final String failPoint) throws IOException {
    final List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Child.class.getName());
    command.add(home.path().toString());
    for (final SourceConfig source :
        List.of(blocks.source(folder.resolve("no")), snapshots.source(folder.resolve("no")))) {
      command.add(source.chainRest().get(0).toString());
      command.add(source.gateways().override().get(0).toString());
    }
    command.addAll(
        List.of(
            app.address().toString(),
            Long.toString(HEIGHT + 1),
            chain.id(HEIGHT + 1).hash().toString(),
            failPoint));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("child.log").toFile())
        .start();
  }

  private void killedOnceReached() throws Exception {
    final Process child = start("-");
    try {
      assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.destroyForcibly().waitFor();
    }
    app.misbehave(request -> false, ChainApp.Misdeed.die());
  }

  private StateSyncReport again() throws Exception {
    return new StateSync(
            config(
                home.path(),
                blocks.source(home.cache()),
                snapshots.source(home.path().resolve("understudy/cache-snapshots")),
                app.address(),
                new TrustedHeader(HEIGHT + 1, chain.id(HEIGHT + 1).hash(), "the test")),
            vertx)
        .run();
  }

  /** Tells that it is there and says nothing more. */
  private void hangAt(final Predicate<Request> request) {
    app.misbehave(
        request,
        (honest, in, out) -> {
          reached.countDown();
          return ChainApp.Misdeed.hang().answer(honest, in, out);
        });
  }

  private void hangAt(final FakeArchive archive, final String path) {
    final AtomicBoolean first = new AtomicBoolean(true);
    archive.misbehave(
        path,
        exchange -> {
          if (first.getAndSet(false)) {
            reached.countDown();
            ended.await(60, TimeUnit.SECONDS);
          }
          return false;
        });
  }

  private void assertRestored() throws Exception {
    home.isReadyAt(HEIGHT);
    assertThat(app.height()).isEqualTo(HEIGHT);
    assertThat(RestoreMark.read(home.layout())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pool/7", "/kyve/v1/bundles/7", "/storage/file0", "/storage/file2"})
  void goesOnAfterAKillWhileThePoolIsAsked(final String path) throws Exception {
    hangAt(snapshots.server(), path);
    killedOnceReached();
    if (path.equals("/storage/file2") && RestoreMark.read(home.layout()).isPresent()) {
      // the chunks before it are in the app already
      assertMustBeReset();
      return;
    }
    assertThat(again().restored()).isTrue();
    assertRestored();
  }

  @Test
  void beginsAnewAfterAKillWhileTheHeadersAreFetched() throws Exception {
    hangAt(blocks.server(), "/storage/file2");
    killedOnceReached();
    assertThat(again().restored()).isTrue();
    assertRestored();
  }

  @Test
  void beginsAnewAfterAKillAtTheOffer() throws Exception {
    hangAt(Request::hasOfferSnapshot);
    killedOnceReached();
    assertThat(again().restored()).isTrue();
    assertThat(app.calls()).startsWith("offer 12", "offer 12");
    assertRestored();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void saysWhatToResetAfterAKillBetweenChunks(final int chunk) throws Exception {
    hangAt(
        request ->
            request.hasApplySnapshotChunk() && request.getApplySnapshotChunk().getIndex() == chunk);
    killedOnceReached();
    assertMustBeReset();
  }

  private void assertMustBeReset() {
    assertThatThrownBy(this::again)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE);
              assertThat(e.advice()).contains("understudy reset-all");
            })
        .hasMessageContaining("restore of height 12 was broken off");
  }

  @Test
  void goesOnAfterAKillBehindTheLastChunk() throws Exception {
    hangAt(
        request ->
            request.hasApplySnapshotChunk() && request.getApplySnapshotChunk().getIndex() == 2);
    killedOnceReached();
    assertThat(again().restored()).isFalse();
    assertRestored();
  }

  @ParameterizedTest
  @EnumSource(
      value = FailPoint.class,
      names = {
        "TAKE_OVER_RECORDED",
        "GUARDED",
        "OPENED",
        "STATES_PUT",
        "CHECKPOINT_STATE_SAVED",
        "DATABASE_FORCED",
        "CHECKPOINT_RECORDED",
        "JOURNAL_BEGUN_ANEW",
        "DATABASES_CLOSED",
        "DATABASE_SEALED",
        "GUARD_REMOVED",
        "RENAMED_TO_FINAL",
        "NAMES_FORCED",
        "SEAL_RECORDED",
        "JOURNAL_ENDED"
      })
  void goesOnAfterAKillWhileTheHomeIsWritten(final FailPoint point) throws Exception {
    final Process child = start(point.name());
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(KILLED);
    again();
    assertRestored();
  }
}
