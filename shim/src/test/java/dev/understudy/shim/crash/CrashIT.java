package dev.understudy.shim.crash;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.understudy.shim.pipeline.JournalMode;
import dev.understudy.shim.pipeline.SyncProgress;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.SealRecord;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same command again goes on after an end at any point, and the home it ends with is the one
 * that an undisturbed run makes. More of it with {@code -Dunderstudy.crash.ends=N}.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS) // for thousands of ends on a busy machine
class CrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(CrashIT.class);
  private static final int ENDS = Integer.getInteger("understudy.crash.ends", 40);
  private static final int ENDS_OF_OTHER_LINES = ENDS / 5;
  private static final int ENDS_A_HOME = 12;

  /** One that executes a block call by call, the usual one, one with another key layout. */
  private static final List<EngineLine> MODELLED =
      List.of(EngineLine.TENDERMINT_0_34, TestChain.LINE, EngineLine.COMETBFT_1_0);

  private static final long FIRST = CrashChain.FIRST;
  private static final long TARGET = CrashChain.TARGET;

  /** Behind it some blocks go by without a checkpoint. */
  private static final long QUIET = 4;

  private static final Map<EngineLine, CrashChain> LINES = new EnumMap<>(EngineLine.class);

  private static TestChain chain;
  private static MadeSource source;

  private final Path folder;

  CrashIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void runUndisturbed(@TempDir final Path shared) throws Exception {
    for (final EngineLine line : MODELLED) {
      LINES.put(line, CrashChain.of(line, shared.resolve(line.name())));
    }
    chain = made(TestChain.LINE).chain();
    source = made(TestChain.LINE).source();
  }

  private static CrashChain made(final EngineLine line) {
    return Objects.requireNonNull(LINES.get(line));
  }

  private static CrashBed bed(final Path home, final JournalMode mode) throws Exception {
    return made(TestChain.LINE).bed(home, mode);
  }

  /** Runs until the machine goes off or the app dies; false when it came to its end. */
  private static boolean wentOff(final CrashBed bed) throws Exception {
    try {
      bed.run();
      assertThat(bed.disk().isOff()).as("an end that nobody noticed").isFalse();
      return false;
    } catch (final DatabaseException e) {
      if (!bed.disk().isOff()) {
        throw e;
      }
    } catch (final FailureException e) {
      final boolean disk = bed.disk().isOff() && e.kind() == FailureKind.DISK;
      final boolean app = bed.appDied() && e.kind() == FailureKind.APP;
      if (!disk && !app) {
        throw e;
      }
    }
    return true;
  }

  private static void comesToItsEnd(final CrashBed bed) throws Exception {
    comesToItsEnd(bed, made(bed.line()));
  }

  private static void comesToItsEnd(final CrashBed bed, final CrashChain made) throws Exception {
    bed.disk().staysOn();
    assertThat(wentOff(bed)).isFalse();
    final Map<DatabaseId, SortedMap<String, String>> records = bed.records();
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(records.get(id)).as("%s", id).isEqualTo(made.undisturbed().get(id));
    }
  }

  static Stream<Arguments> linesAndJournals() {
    return MODELLED.stream()
        .flatMap(line -> Arrays.stream(JournalMode.values()).map(mode -> arguments(line, mode)));
  }

  /** The other lines write the same way, but for what each of them keeps in its databases. */
  @ParameterizedTest
  @MethodSource("linesAndJournals")
  void endsAtRandomPointsLeaveNoTrace(final EngineLine line, final JournalMode mode)
      throws Exception {
    endsAtRandomPoints(made(line), mode, line == TestChain.LINE ? ENDS : ENDS_OF_OTHER_LINES);
  }

  @ParameterizedTest
  @MethodSource("linesAndJournals")
  void endsLeaveNoTraceInHomesThatDiscardAnswers(final EngineLine line, final JournalMode mode)
      throws Exception {
    final CrashChain discarding = made(line).discardingAnswers(folder);
    assertThat(answerKeys(made(line))).isGreaterThanOrEqualTo(TARGET - FIRST + 1);
    assertThat(answerKeys(discarding)).isEqualTo(1);
    endsAtRandomPoints(discarding, mode, ENDS_OF_OTHER_LINES);
  }

  /** With which the others' are compared. */
  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_38"})
  void undisturbedRunsEndWithTheLastAnswerTwice(final EngineLine line) {
    final SortedMap<String, String> states =
        Objects.requireNonNull(made(line).undisturbed().get(DatabaseId.STATE));

    assertThat(states.get(hex("lastABCIResponseKey")))
        .contains(states.get(hex("abciResponsesKey:" + TARGET)));
  }

  private static String hex(final String key) {
    return HexFormat.of().formatHex(key.getBytes(US_ASCII));
  }

  /** Of all answers and of the last. */
  private static long answerKeys(final CrashChain made) {
    final String heights = hex("abciResponsesKey:");
    final String last = hex("lastABCIResponseKey");
    return Objects.requireNonNull(made.undisturbed().get(DatabaseId.STATE)).keySet().stream()
        .filter(key -> key.startsWith(heights) || key.startsWith(last))
        .count();
  }

  private void endsAtRandomPoints(final CrashChain made, final JournalMode mode, final int wanted)
      throws Exception {
    final long seed = Long.getLong("understudy.crash.seed", System.nanoTime());
    final Map<FailPoint, Integer> ends = new EnumMap<>(FailPoint.class);
    final int points = Math.min(15, wanted / 6);
    int kills = 0;
    int cuts = 0;
    // deaths of the app and ends in the middle of the journal are at no point: where by chance most
    // were such, some more follow
    for (int home = 0;
        kills + cuts < wanted || (ends.size() <= points && kills + cuts < 4 * wanted);
        home++) {
      final Random random = new Random(seed + home);
      final CrashBed bed = made.bed(folder.resolve("home-" + home), mode);
      if (random.nextInt(4) == 0) {
        bed.answersAreLarge();
      }
      try {
        boolean more = true;
        for (int end = 0; end < ENDS_A_HOME && more; end++) {
          chooseEnd(bed, random);
          more = wentOff(bed);
          if (more) {
            final FailPoint at = bed.disk().wentOffAt();
            if (at != null) {
              ends.merge(at, 1, Integer::sum);
            }
            if (random.nextInt(4) == 0) {
              kills++;
              bed.disk().restartProcess();
            } else {
              cuts++;
              bed.cutPower(random);
              appLoses(bed, random);
            }
          }
        }
        comesToItsEnd(bed, made);
      } catch (final Throwable e) {
        throw new AssertionError("-Dunderstudy.crash.seed=%d, home %d".formatted(seed, home), e);
      }
    }
    LOG.info(
        "{}, {}: {} kills, {} power cuts, at {}", made.chain().line(), mode, kills, cuts, ends);
    assertThat(ends).hasSizeGreaterThan(points);
  }

  private static void chooseEnd(final CrashBed bed, final Random random) {
    if (random.nextInt(8) == 0) {
      final long height = FIRST + random.nextInt((int) (TARGET - FIRST));
      bed.appDiesAtCommitOf(height, random.nextBoolean());
      if (random.nextBoolean()) {
        // its death ends the run in order
        return;
      }
    }
    if (random.nextInt(6) == 0) {
      bed.disk().goOffAfterJournalBytes(random.nextInt(2_500));
      return;
    }
    final FailPoint[] points = FailPoint.values();
    bed.disk().goOffAt(points[random.nextInt(points.length)], 1 + random.nextInt(5));
  }

  /** An app that does not force its commits may come back lower; one that does, where it was. */
  private static void appLoses(final CrashBed bed, final Random random) {
    if (random.nextInt(4) == 0 && bed.appHeight() > 0) {
      final long height = bed.appHeight() - random.nextInt(8);
      bed.setAppHeight(height < chain.initialHeight() ? 0 : height);
    }
  }

  /** Each by kill and by power cut, with each journal. */
  @ParameterizedTest
  @EnumSource(FailPoint.class)
  void endAtEachPointIsRepaired(final FailPoint point) throws Exception {
    for (final JournalMode mode : JournalMode.values()) {
      for (final boolean power : new boolean[] {false, true}) {
        final CrashBed bed = bed(folder.resolve(mode + "-" + power), mode);
        bringBefore(point, bed);
        bed.disk().goOffAt(point, 1);
        assertThat(wentOff(bed)).isTrue();
        assertThat(bed.disk().wentOffAt()).isEqualTo(point);
        if (power) {
          bed.cutPower(new Random(point.name().hashCode()));
        } else {
          bed.disk().restartProcess();
        }
        comesToItsEnd(bed);
      }
    }
  }

  /** What a power cut left of the index above the checkpoint must not hide the holes in it. */
  @Test
  void killBeforeTheIndexIsWrittenAnewLeavesNoHole() throws Exception {
    for (int seed = 0; seed < 8; seed++) {
      final CrashBed bed = bed(folder.resolve("cut-" + seed), JournalMode.SYNCED);
      bed.run(QUIET);
      bed.takesNoCheckpoints(true);
      endedAt(FailPoint.COMMITTED, 8, bed);
      bed.cutPower(new Random(seed));
      bed.setAppHeight(QUIET);

      bed.disk().holdAt(FailPoint.INDEXED, FailPoint.COMMITTED, 6);
      endedAt(FailPoint.COMMITTED, 5, bed);
      bed.disk().restartProcess();
      bed.takesNoCheckpoints(false);
      comesToItsEnd(bed);
    }
  }

  /** The next run comes to the point; most are on the way of every run from scratch. */
  private static void bringBefore(final FailPoint point, final CrashBed bed) throws Exception {
    switch (point) {
      case RENAMED_TO_WORKING -> bed.run(11);
      case REPAIR_DESCRIPTOR_PUT,
          REPAIR_STATE_PUT,
          REPAIR_BLOCKS_DELETED,
          REPAIR_INDEX_FORGOTTEN -> {
        endedAt(FailPoint.COMMITTED, 7, bed);
        bed.cutPower(new Random(point.name().hashCode()));
      }
      case REPLAY_ANSWERED, REPLAY_COMMITTED -> {
        // behind a checkpoint; the app's own disk has lost something
        endedAt(FailPoint.COMMITTED, 7, bed);
        bed.disk().restartProcess();
        bed.setAppHeight(FIRST + 1);
      }
      case CATCH_UP_DESCRIPTOR_PUT, CATCH_UP_EVIDENCE_PUT, BLOCK_CAUGHT_UP ->
          killedBeforeStates(bed);
      case DESCRIPTOR_TRIMMED -> {
        // a group of several blocks is counted, and has no states yet
        bed.run(QUIET);
        bed.takesNoCheckpoints(true);
        bed.disk().holdAt(FailPoint.STATES_PUT, FailPoint.MARKED_SENT, 16);
        bed.disk().goOffAtFirst(FailPoint.DESCRIPTOR_PUT, FailPoint.MARKED_SENT, 16);
        assertThat(wentOff(bed)).isTrue();
        bed.takesNoCheckpoints(false);
        bed.disk().restartProcess();
        bed.setAppHeight(bed.progress().storedHeight());
      }
      case LARGE_ANSWER_PUT -> bed.answersAreLarge();
      case INDEX_CAUGHT_UP -> {
        bed.run(QUIET);
        bed.disk().holdAt(FailPoint.INDEXED, FailPoint.COMMITTED, 4);
        endedAt(FailPoint.COMMITTED, 3, bed);
        bed.disk().restartProcess();
      }
      case ANSWERED_BLOCK_STORED, ANSWERED_BLOCK_COUNTED ->
          bed.appDiesAtCommitOf(FIRST + 8, point == FailPoint.ANSWERED_BLOCK_STORED);
      default -> {
        return;
      }
    }
  }

  /** The states of two committed blocks are not written. */
  private static void killedBeforeStates(final CrashBed bed) throws Exception {
    bed.run(QUIET);
    bed.disk().holdAt(FailPoint.STATES_PUT, FailPoint.COMMITTED, 4);
    endedAt(FailPoint.COMMITTED, 3, bed);
    bed.disk().restartProcess();
  }

  private static void endedAt(final FailPoint point, final int occurrence, final CrashBed bed)
      throws Exception {
    bed.disk().goOffAt(point, occurrence);
    assertThat(wentOff(bed)).isTrue();
  }

  /**
   * A block whose state was never written is answered for by the journal alone: the checkpoint that
   * follows the kill must not drop it before the state is on the disk.
   */
  @ParameterizedTest
  @CsvSource({
    "CHECKPOINT_STATE_SAVED,1",
    "DATABASE_FORCED,1",
    "DATABASE_FORCED,2",
    "DATABASE_FORCED,3",
    "DATABASE_FORCED,4",
    "CHECKPOINT_RECORDED,1",
    "JOURNAL_BEGUN_ANEW,1",
    "OLD_STATES_DELETED,1"
  })
  void checkpointAfterKillBetweenCommitAndStateKeepsTheAnswer(
      final FailPoint point, final int occurrence) throws Exception {
    final CrashBed bed = bed(folder, JournalMode.SYNCED);
    killedBeforeStates(bed);
    endedAt(point, occurrence, bed);
    bed.cutPower(losingAll());
    comesToItsEnd(bed);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void deathOfTheAppAtCommitLeavesNoTrace(final boolean behindIt) throws Exception {
    final CrashBed bed = bed(folder, JournalMode.SYNCED);
    bed.appDiesAtCommitOf(FIRST + 8, behindIt);
    assertThat(wentOff(bed)).isTrue();
    assertThat(bed.isSealed()).isTrue();
    comesToItsEnd(bed);
  }

  /** The repair must not go back to what was before the node. */
  @ParameterizedTest
  @EnumSource(
      value = FailPoint.class,
      names = {
        "TAKE_OVER_RECORDED",
        "RENAMED_TO_WORKING",
        "GUARDED",
        "OPENED",
        "CHECKPOINT_STATE_SAVED",
        "DATABASE_FORCED",
        "CHECKPOINT_RECORDED",
        "JOURNAL_BEGUN_ANEW"
      })
  void homeThatItsNodeWentOnWithIsTakenOverAsItIs(final FailPoint point) throws Exception {
    final CrashBed bed = bed(folder, JournalMode.SYNCED);
    bed.run(11);
    bed.nodeGoesOnTo(19);
    bed.disk().goOffAt(point, 1);
    assertThat(wentOff(bed)).isTrue();
    bed.cutPower(new Random(7));
    comesToItsEnd(bed);
    assertThat(bed.startedAt()).isEqualTo(19);
  }

  @Test
  void eventsLostWithALazyJournalAreTheArchives() throws Exception {
    final MadeSource marked =
        new MadeSource(
            chain,
            TARGET + 1,
            folder.resolve("archive"),
            json ->
                json.replace(
                    "\"finalize_block_events\":null",
                    "\"finalize_block_events\":[{\"type\":\"archived\",\"attributes\":[]}]"));
    final CrashBed bed =
        new CrashBed(chain, TARGET, marked, JournalMode.LAZY, folder.resolve("home"), false);
    bed.disk().goOffAt(FailPoint.COMMITTED, 14);
    assertThat(wentOff(bed)).isTrue();
    final long committed = bed.appHeight();
    final long checkpoint = SealRecord.read(bed.layout()).orElseThrow().checkpoint().orElseThrow();
    bed.cutPower(losingAll());
    bed.run();
    assertThat(bed.progress().archiveEvents())
        .contains(
            new SyncProgress.ArchiveEvents(checkpoint + 1, committed, committed - checkpoint));
    final String mark = HexFormat.of().formatHex("archived".getBytes(StandardCharsets.UTF_8));
    final SortedMap<String, String> states =
        bed.records().getOrDefault(DatabaseId.STATE, Collections.emptySortedMap());
    for (long height = FIRST; height <= TARGET; height++) {
      final String key =
          HexFormat.of().formatHex(("abciResponsesKey:" + height).getBytes(StandardCharsets.UTF_8));
      assertThat(states).containsKey(key);
      assertThat(states.getOrDefault(key, "").contains(mark))
          .as("results of %d", height)
          .isEqualTo(height > checkpoint && height <= committed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "\"gas_used\":\"1\",\"gas_used\":\"2\",results hash",
    "\"power\":\"9\",\"power\":\"8\",next validators hash"
  })
  void archiveWhoseResultsProveNothingCantStandIn(
      final String found, final String other, final String what) throws Exception {
    final CrashBed bed = bed(folder.resolve("home"), JournalMode.LAZY);
    bed.disk().goOffAt(FailPoint.COMMITTED, 10);
    assertThat(wentOff(bed)).isTrue();
    bed.cutPower(losingAll());
    final MadeSource forged =
        new MadeSource(
            chain, TARGET + 1, folder.resolve("archive"), json -> json.replace(found, other));
    bed.readFrom(forged);
    assertThatThrownBy(bed::run)
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION))
        .hasMessageContaining("can't stand in")
        .hasMessageContaining(what);
    assertThat(bed.isSealed()).isFalse();
    bed.readFrom(source);
    comesToItsEnd(bed);
  }

  @Test
  void lostAnswersAreRefusedWithoutTheLazyFlag() throws Exception {
    final CrashBed bed = bed(folder, JournalMode.LAZY);
    bed.disk().goOffAt(FailPoint.COMMITTED, 10);
    assertThat(wentOff(bed)).isTrue();
    bed.cutPower(losingAll());
    bed.useJournal(JournalMode.SYNCED);
    assertThatThrownBy(bed::run)
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("neither in the journal nor in the state database");
    bed.useJournal(JournalMode.LAZY);
    comesToItsEnd(bed);
  }

  /** Nothing that could be lost is left. */
  private static Random losingAll() {
    return new Random() {
      @Override
      public int nextInt(final int bound) {
        return 0;
      }

      @Override
      public boolean nextBoolean() {
        return false;
      }
    };
  }
}
