package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.SyncReport;
import dev.understudy.shim.pipeline.PipelineConfig;
import dev.understudy.shim.verify.VerifyMode;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.tools.demo.ObservedApp;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole syncs of recorded chains, embedded: archive, app and home are real, on loopback. */
@Timeout(120)
class BlockSyncIT {
  private final Path folder;

  BlockSyncIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private SyncBed kv1() throws Exception {
    return new SyncBed(RecordedChain.kv1(folder.resolve("archive")), folder.resolve("home"));
  }

  private SyncBed kv4() throws Exception {
    return new SyncBed(RecordedChain.kv4(folder.resolve("archive")), folder.resolve("home"));
  }

  private ObservedApp app() throws FailureException {
    return ObservedApp.open(folder.resolve("app"));
  }

  private static List<Long> heights(final long from, final long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @ParameterizedTest
  @EnumSource(VerifyMode.class)
  void writesWhatTheRealNodesHadUpToTheArchivesEnd(final VerifyMode mode) throws Exception {
    try (SyncBed bed = kv4().withPipeline(PipelineConfig.defaults(mode));
        ObservedApp app = app()) {
      final long last = bed.chain().tip() - 1;
      final SyncReport report = bed.run(app.address(), OptionalLong.empty());

      assertThat(report.reached()).isTrue();
      assertThat(report.height()).isEqualTo(last);
      assertThat(report.blocks()).isEqualTo(last);
      assertThat(app.committed()).isEqualTo(heights(1, last));
      assertThat(report.commitsVerified())
          .satisfies(
              n -> assertThat(n == last).as("%d commits", n).isEqualTo(mode == VerifyMode.FULL));
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(last).holds(bed.chain(), 1, last);
        for (final long height : new long[] {1, 2, 3, 15, 28, 57}) {
          sealed.hasRecordedValidators("kv4", height);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void readsBothKindsOfPools(final long pool) throws Exception {
    try (SyncBed bed = kv1().withPool(pool);
        ObservedApp app = app()) {
      final long last = bed.chain().tip() - 1;
      bed.run(app.address(), OptionalLong.empty());
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(last).holds(bed.chain(), 1, last);
        sealed.hasRecordedValidators("kv1", 63);
      }
    }
  }

  @Test
  void stopsAtTheTargetAndGoesOnFromThere() throws Exception {
    try (SyncBed bed = kv4()) {
      long from = 1;
      for (final long target : new long[] {1, 2, 15, 30, 31, 60, 104}) {
        try (ObservedApp app = app();
            SealedHome sealed = sealedAfter(bed, app, target)) {
          assertThat(app.executed()).isEqualTo(heights(from, target));
          assertThat(app.initChains()).isEqualTo(from == 1 ? 1 : 0);
          sealed.standsAt(target).holds(bed.chain(), 1, target);
          from = target + 1;
        }
      }
    }
  }

  private static SealedHome sealedAfter(final SyncBed bed, final ObservedApp app, final long target)
      throws Exception {
    final SyncReport report = bed.run(app.address(), OptionalLong.of(target));
    assertThat(report.reached()).isTrue();
    return SealedHome.open(bed);
  }

  @Test
  void targetReachedBeforeAsksNothingOfTheApp() throws Exception {
    try (SyncBed bed = kv1();
        ObservedApp app = app()) {
      bed.run(app.address(), OptionalLong.of(20));
      final SyncReport again = bed.run(app.address(), OptionalLong.of(10));

      assertThat(again.blocks()).isZero();
      assertThat(again.height()).isEqualTo(20);
      assertThat(again.reached()).isTrue();
      assertThat(app.executed()).isEqualTo(heights(1, 20));
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(20);
      }
    }
  }

  @Test
  void targetWithoutACommitInTheArchiveIsRefused() throws Exception {
    try (SyncBed bed = kv1();
        ObservedApp app = app()) {
      final long tip = bed.chain().tip();
      assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.of(tip)))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FailureKind.ARCHIVE);
                assertThat(e.advice()).contains("--target-height " + (tip - 1));
              });
      assertThat(app.executed()).isEmpty();
    }
  }

  @Test
  void stopByRequestEndsAfterTheBlockInWorkAndTheNextRunGoesOn() throws Exception {
    try (SyncBed bed = kv1()) {
      final long height;
      try (ObservedApp app = app()) {
        final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        app.onBlock(
            block -> {
              if (block == 77) {
                Objects.requireNonNull(stop.get()).run();
              }
            });
        final BlockSync sync = bed.sync(app.address(), OptionalLong.empty());
        stop.set(sync::requestStop);
        final SyncReport report = sync.run();
        height = report.height();
        assertThat(height).isEqualTo(77);
        assertThat(report.reached()).isFalse();
        try (SealedHome sealed = SealedHome.open(bed)) {
          sealed.standsAt(77).holds(bed.chain(), 1, 77);
        }
      }
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.of(100));
        assertThat(app.executed()).isEqualTo(heights(78, 100));
      }
    }
  }

  @Test
  @Timeout(30)
  void stopAskedForBeforeTheRunLeavesASealedHomeAtOnce() throws Exception {
    try (SyncBed bed = kv1();
        ObservedApp app = app()) {
      final BlockSync sync = bed.sync(app.address(), OptionalLong.empty());
      sync.requestStop();
      assertThatThrownBy(sync::run).isInstanceOf(InterruptedException.class);
      assertThat(app.executed()).isEmpty();
      assertThat(bed.layout().database(DatabaseId.STATE)).as("sealed").isDirectory();
      bed.run(app.address(), OptionalLong.of(5));
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(5);
      }
    }
  }

  @Test
  void interruptOfTheCallerLeavesTheHomeInOrder() throws Exception {
    try (SyncBed bed = kv1()) {
      try (ObservedApp app = app()) {
        final Thread caller = Thread.currentThread();
        app.onBlock(
            block -> {
              if (block == 40) {
                caller.interrupt();
              }
            });
        assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.empty()))
            .isInstanceOf(InterruptedException.class);
      }
      Thread.interrupted();
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.of(90));
      }
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(90).holds(bed.chain(), 1, 90);
      }
    }
  }

  @Test
  void homeOfAnotherChainIsRefusedUntouched() throws Exception {
    try (SyncBed bed = kv1();
        ObservedApp app = app()) {
      bed.run(app.address(), OptionalLong.of(20));
      bed.useGenesisOf(RecordedChain.kv4(folder.resolve("other")));
      assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.of(30)))
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE));
      assertThat(app.executed()).isEqualTo(heights(1, 20));
      bed.useGenesisOf(bed.chain());
      bed.run(app.address(), OptionalLong.of(30));
      assertThat(app.executed()).isEqualTo(heights(1, 30));
    }
  }

  @Test
  void genesisOfAnotherChainIsRefusedBeforeTheFirstBlockAndCanBeCorrected() throws Exception {
    try (SyncBed bed = kv1();
        ObservedApp app = app()) {
      bed.useGenesisOf(RecordedChain.kv4(folder.resolve("other")));
      assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.of(30)))
          .isInstanceOf(FailureException.class);
      assertThat(app.executed()).isEmpty();
    }
    try (SyncBed bed = new SyncBed(RecordedChain.kv1(folder.resolve("b")), folder.resolve("home"));
        ObservedApp app = ObservedApp.open(folder.resolve("fresh app"))) {
      bed.run(app.address(), OptionalLong.of(30));
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(30).holds(bed.chain(), 1, 30);
      }
    }
  }

  @Test
  void otherAppHashStopsBeforeCommit() throws Exception {
    try (SyncBed bed = kv1()) {
      try (ObservedApp app = app().withOtherDataAt(50)) {
        assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.of(60)))
            .isInstanceOfSatisfying(
                FailureException.class,
                e -> {
                  assertThat(e.kind()).isEqualTo(FailureKind.APP);
                  assertThat(e.getMessage()).contains("block 50");
                });
        assertThat(app.executed()).isEqualTo(heights(1, 50));
        assertThat(app.committed()).isEqualTo(heights(1, 49));
      }
      try (SealedHome sealed = SealedHome.open(bed)) {
        assertThat(sealed.state().lastBlockHeight()).isEqualTo(49);
        assertThat(sealed.blocks().loadMeta(51)).isEmpty();
      }
      goesOn(bed, 50, 60);
    }
  }

  @Test
  void appThatDiesInABlockIsAskedAgainAfterItsRestart() throws Exception {
    try (SyncBed bed = kv1()) {
      try (ObservedApp app = app().onBlock(BlockSyncIT::dieAt33)) {
        assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.of(60)))
            .isInstanceOfSatisfying(
                FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.APP));
        assertThat(app.committed()).isEqualTo(heights(1, 32));
      }
      goesOn(bed, 33, 60);
    }
  }

  @Test
  void appThatDiesBeforeItsCommitIsAskedAgain() throws Exception {
    try (SyncBed bed = kv1()) {
      try (ObservedApp app = app().onCommit(BlockSyncIT::dieAt33)) {
        assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.of(60)))
            .isInstanceOf(FailureException.class);
        assertThat(app.committed()).isEqualTo(heights(1, 32));
      }
      goesOn(bed, 33, 60);
    }
  }

  @Test
  void appThatLostItsLastBlocksGetsTheStoredOnesAgain() throws Exception {
    try (SyncBed bed = kv4()) {
      final Path copy = folder.resolve("copy");
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.of(20));
      }
      copy(folder.resolve("app"), copy);
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.of(60));
      }
      try (ObservedApp app = ObservedApp.open(copy)) {
        bed.run(app.address(), OptionalLong.of(70));
        assertThat(app.committed()).isEqualTo(heights(21, 70));
      }
      try (ObservedApp app = ObservedApp.open(folder.resolve("empty"))) {
        bed.run(app.address(), OptionalLong.of(80));
        assertThat(app.initChains()).isEqualTo(1);
        assertThat(app.committed()).isEqualTo(heights(1, 80));
      }
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(80).holds(bed.chain(), 1, 80);
      }
    }
  }

  @Test
  void appAheadOfTheHomeIsRefused() throws Exception {
    try (SyncBed bed = kv1();
        ObservedApp app = app()) {
      bed.run(app.address(), OptionalLong.of(20));
      copy(folder.resolve("home"), folder.resolve("older"));
      bed.run(app.address(), OptionalLong.of(30));
      try (SyncBed older =
          new SyncBed(RecordedChain.kv1(folder.resolve("archive2")), folder.resolve("older"))) {
        assertThatThrownBy(() -> older.run(app.address(), OptionalLong.of(40)))
            .isInstanceOfSatisfying(
                FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE))
            .hasMessageContaining("ahead of this home");
        try (SealedHome sealed = SealedHome.open(older)) {
          sealed.standsAt(20);
        }
      }
    }
  }

  @Test
  void blockWithAnotherTransactionIsRefusedAfterTheGoodOnesBeforeIt() throws Exception {
    try (SyncBed bed = kv4();
        ObservedApp app = app()) {
      ForgedArchive.of(bed.chain()).swapTransaction(47, /* fixDataHash= */ false);
      assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.empty()))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION);
                assertThat(e.getMessage()).contains("block 47").contains("data hash");
              });
      assertThat(app.committed()).as("46 is proven by the commit in 47").isEqualTo(heights(1, 45));
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(45).holds(bed.chain(), 1, 45);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(VerifyMode.class)
  void forgedBlockWhoseHeaderFitsItIsRefusedForItsCommit(final VerifyMode mode) throws Exception {
    try (SyncBed bed = kv4().withPipeline(PipelineConfig.defaults(mode));
        ObservedApp app = app()) {
      ForgedArchive.of(bed.chain()).swapTransaction(47, /* fixDataHash= */ true);
      assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.empty()))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION));
      assertThat(app.executed()).allMatch(height -> height < 47);
    }
  }

  private static void dieAt33(final long height) {
    if (height == 33) {
      throw new IllegalStateException("panic");
    }
  }

  private void goesOn(final SyncBed bed, final long from, final long to) throws Exception {
    try (ObservedApp app = app()) {
      bed.run(app.address(), OptionalLong.of(to));
      assertThat(app.executed()).isEqualTo(heights(from, to));
    }
    try (SealedHome sealed = SealedHome.open(bed)) {
      sealed.standsAt(to).holds(bed.chain(), 1, to);
    }
  }

  private static void copy(final Path from, final Path to) throws Exception {
    try (var files = Files.walk(from)) {
      for (final Path file : files.toList()) {
        final Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
