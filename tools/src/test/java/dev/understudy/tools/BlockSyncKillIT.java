package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.BootId;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.tools.demo.ObservedApp;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two unclean ends: kill -9, which keeps every put, and the power cut, which does not. */
@Timeout(180)
class BlockSyncKillIT {
  private final Path folder;

  BlockSyncKillIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private SyncBed bed() throws Exception {
    return new SyncBed(RecordedChain.kv1(folder.resolve("archive")), folder.resolve("home"));
  }

  private ObservedApp app() throws FailureException {
    return ObservedApp.open(folder.resolve("app"));
  }

  @Test
  void goesOnAfterBeingKilledAtRandomMoments() throws Exception {
    final long seed = new Random().nextLong();
    final Random random = new Random(seed);
    try (SyncBed bed = bed()) {
      long reached = 0;
      for (int round = 0; round < 6; round++) {
        final long until = reached + 1 + random.nextInt(45);
        final int more = random.nextInt(4_000_000);
        try (ObservedApp app = app()) {
          final CountDownLatch there = new CountDownLatch(1);
          app.onBlock(height -> countDown(there, height >= until));
          kill(bed, app, there, more);
          final List<Long> committed = app.committed();
          assertThat(committed)
              .as("seed %d, round %d", seed, round)
              .isEqualTo(
                  LongStream.range(reached + 1, reached + 1 + committed.size()).boxed().toList());
          reached += committed.size();
        }
      }
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.empty());
      }
      final long last = bed.chain().tip() - 1;
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(last).holds(bed.chain(), 1, last);
      }
    }
  }

  /** Every step that a run takes without a power cut and without an app that fell behind. */
  @Test
  @Timeout(600)
  void goesOnAfterBeingKilledAtEachStepOfTheWriteOrder() throws Exception {
    final Set<FailPoint> points = EnumSet.allOf(FailPoint.class);
    points.removeAll(
        EnumSet.range(FailPoint.REPAIR_DESCRIPTOR_PUT, FailPoint.REPAIR_INDEX_FORGOTTEN));
    points.removeAll(EnumSet.range(FailPoint.REPLAY_ANSWERED, FailPoint.INDEX_CAUGHT_UP));
    points.removeAll(
        EnumSet.range(FailPoint.ANSWERED_BLOCK_STORED, FailPoint.ANSWERED_BLOCK_COUNTED));
    // a fresh home has no database to rename, this chain no evidence and no answer of megabytes
    points.remove(FailPoint.RENAMED_TO_WORKING);
    points.remove(FailPoint.EVIDENCE_PUT);
    points.remove(FailPoint.LARGE_ANSWER_PUT);
    try (SyncBed bed = bed();
        SyncBed other =
            new SyncBed(RecordedChain.kv1(folder.resolve("archive2")), folder.resolve("home2"))) {
      for (final FailPoint point : points) {
        try (ObservedApp app = app()) {
          final Process child = SyncChild.dyingAt(bed, app.address(), point, 1);
          try {
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).as("%s", point).isTrue();
          } finally {
            child.destroyForcibly();
          }
          assertThat(child.exitValue())
              .as(() -> point + ": " + errors(bed))
              .isEqualTo(SyncChild.KILLED);
        }
      }
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.empty());
      }
      try (ObservedApp app = ObservedApp.open(folder.resolve("app2"))) {
        other.run(app.address(), OptionalLong.empty());
      }
      final long last = bed.chain().tip() - 1;
      try (SealedHome killed = SealedHome.open(bed);
          SealedHome unkilled = SealedHome.open(other)) {
        killed.standsAt(last).holds(bed.chain(), 1, last);
        for (final DatabaseId id :
            List.of(DatabaseId.BLOCKSTORE, DatabaseId.STATE, DatabaseId.EVIDENCE)) {
          assertThat(killed.records(id)).as("%s", id).isEqualTo(unkilled.records(id));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 26, 63})
  void goesOnAfterBeingKilledBetweenAnswerAndCommit(final long height) throws Exception {
    try (SyncBed bed = bed()) {
      killedBeforeCommitOf(height, bed);
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.of(height + 10));
        assertThat(app.executed().get(0)).isEqualTo(height);
      }
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(height + 10).holds(bed.chain(), 1, height + 10);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10,0", "60,0", "60,7", "60,12", "130,3"})
  void powerCutIsRepairedFromJournalAndArchive(final long height, final int keptEvery)
      throws Exception {
    try (SyncBed bed = bed()) {
      killedBeforeCommitOf(height, bed);
      cutPower(bed, keptEvery);
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.of(height + 20));
        assertThat(app.executed().get(0)).as("nothing is asked twice").isEqualTo(height);
        assertThat(app.initChains()).isZero();
      }
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(height + 20).holds(bed.chain(), 1, height + 20);
      }
    }
  }

  @Test
  void homeIsNotSealedBeforeItsRepairIsDone() throws Exception {
    try (SyncBed bed = bed()) {
      killedBeforeCommitOf(60, bed);
      cutPower(bed, 0);
      try (ObservedApp app = app()) {
        assertThatThrownBy(() -> bed.run(app.address(), OptionalLong.of(55)))
            .isInstanceOfSatisfying(
                FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE))
            .hasMessageContaining("repair is not finished");
        assertThat(bed.layout().unsealedDatabase(DatabaseId.STATE)).exists();
      }
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.of(59));
        assertThat(app.executed()).isEmpty();
      }
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(59).holds(bed.chain(), 1, 59);
      }
    }
  }

  @Test
  void sealedHomeIsNotRepairedWhateverItsJournalSays() throws Exception {
    try (SyncBed bed = bed()) {
      try (ObservedApp app = app()) {
        bed.run(app.address(), OptionalLong.of(40));
      }
      AnswersJournal.open(bed.layout().journalDir()).close();
      rebooted(bed);
      try (ObservedApp app = app()) {
        assertThat(bed.run(app.address(), OptionalLong.of(50)).startHeight()).isEqualTo(40);
      }
      try (SealedHome sealed = SealedHome.open(bed)) {
        sealed.standsAt(50).holds(bed.chain(), 1, 50);
      }
    }
  }

  private static void countDown(final CountDownLatch latch, final boolean now) {
    if (now) {
      latch.countDown();
    }
  }

  /** Waits for the latch, then so many nanoseconds, unless the child ends first. */
  private static void kill(
      final SyncBed bed, final ObservedApp app, final CountDownLatch there, final int nanos)
      throws Exception {
    final Process child = SyncChild.start(bed, app.address());
    try {
      assertThat(there.await(60, TimeUnit.SECONDS))
          .as(() -> "the child came there: " + errors(bed))
          .isTrue();
      child.waitFor(nanos, TimeUnit.NANOSECONDS);
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
  }

  private static String errors(final SyncBed bed) {
    try {
      return Files.readString(bed.home().resolve("child.err"));
    } catch (final IOException e) {
      return e.toString();
    }
  }

  private void killedBeforeCommitOf(final long height, final SyncBed bed) throws Exception {
    final CountDownLatch there = new CountDownLatch(1);
    final CountDownLatch killed = new CountDownLatch(1);
    try (ObservedApp app = app()) {
      app.onCommit(
          block -> {
            if (block == height) {
              there.countDown();
              awaitQuietly(killed);
              throw new IllegalStateException("its engine is gone");
            }
          });
      kill(bed, app, there, 0);
      killed.countDown();
    }
  }

  private static void awaitQuietly(final CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What was put since the last checkpoint is lost, but for every so-manieth record, in each
   * database on its own; the journal was synced.
   */
  private static void cutPower(final SyncBed bed, final int keptEvery) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend("goleveldb");
    final long checkpoint;
    try (AnswersJournal journal = AnswersJournal.open(bed.layout().journalDir())) {
      checkpoint = journal.checkpointHeight().orElseThrow();
    }
    try (KvStore state = factory.open(bed.layout().unsealedDatabase(DatabaseId.STATE));
        KvStore blocks = factory.open(bed.layout().unsealedDatabase(DatabaseId.BLOCKSTORE))) {
      final BlockStore store = new BlockStore(blocks);
      final StateStore states = new StateStore(state, SyncBed.LINE);
      assertThat(states.loadState().orElseThrow().lastBlockHeight())
          .isGreaterThanOrEqualTo(checkpoint);
      assertThat(store.loadMeta(checkpoint + 3)).as("a block to lose").isPresent();
      loseAbove(checkpoint, keptEvery, blocks);
      loseAbove(checkpoint, keptEvery, state);
    }
    rebooted(bed);
  }

  private static void loseAbove(final long height, final int keptEvery, final KvStore store) {
    final Batch lost = new Batch();
    int n = 0;
    try (KvIterator records = store.iterate(new byte[] {0}, null)) {
      while (records.next()) {
        final String key = new String(records.key(), StandardCharsets.US_ASCII);
        if (heightOf(key) > height + 2 && (keptEvery == 0 || ++n % keptEvery != 0)) {
          lost.delete(records.key());
        }
      }
    }
    store.write(lost, false);
  }

  /** Of the keys that end in a height or hold one between colons; else 0. */
  private static long heightOf(final String key) {
    final String[] parts = key.split(":", -1);
    return parts.length > 1 && parts[1].matches("[0-9]{1,18}") ? Long.parseLong(parts[1]) : 0;
  }

  /** Leaves a session of another boot in the journal, as if the machine had started again. */
  private static void rebooted(final SyncBed bed) throws Exception {
    AnswersJournal.open(bed.layout().journalDir(), new BootId(UUID.randomUUID()), new PlainFiles())
        .close();
  }
}
