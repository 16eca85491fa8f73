package dev.understudy.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.FailureException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whatever was promised before the lights went out is there after; nothing else is made up. */
final class JournalTearTest {
  private static final BootId MONDAY = new BootId(new UUID(1, 1));
  private static final BootId TUESDAY = new BootId(new UUID(2, 2));
  private static final Path FOLDER = Path.of("journal");

  private static final int GROWTH = 700;

  /** What a writer was told before its disk died. */
  private static final class Promises {
    private final Map<Long, byte[]> written = new HashMap<>();
    private final Map<Long, byte[]> kept = new HashMap<>();
    private final Map<Long, byte[]> forced = new HashMap<>();
    private OptionalLong checkpoint = OptionalLong.empty();
    private OptionalLong checkpointAsked = OptionalLong.empty();
  }

  @Test
  void killedAtAnyByteKeepsEveryAnswerThatWasAppended() throws Exception {
    final TearingDisk whole = new TearingDisk();
    write(whole, new Promises(), true);
    assertThat(whole.tears()).hasSizeGreaterThan(1000);
    for (final long at : whole.tears()) {
      final TearingDisk disk = new TearingDisk();
      disk.dieAfter(at);
      final Promises promises = new Promises();
      write(disk, promises, true);
      disk.killProcess();
      check(disk, promises, promises.kept, MONDAY);
    }
  }

  @Test
  void powerCutAtAnyByteKeepsEveryAnswerThatWasSynced() throws Exception {
    final TearingDisk whole = new TearingDisk();
    write(whole, new Promises(), true);
    for (final long at : whole.tears()) {
      final TearingDisk disk = new TearingDisk();
      disk.dieAfter(at);
      final Promises promises = new Promises();
      write(disk, promises, true);
      disk.cutPower(new Random(at));
      check(disk, promises, promises.forced, TUESDAY);
    }
  }

  @Property(tries = 200)
  void powerCutWithUnsyncedAnswersKeepsTheSyncedOnes(
      @ForAll @IntRange(max = 3000) final int at, @ForAll final long chance) throws Exception {
    final TearingDisk disk = new TearingDisk();
    disk.dieAfter(at);
    final Promises promises = new Promises();
    write(disk, promises, false);
    disk.cutPower(new Random(chance));
    check(disk, promises, promises.forced, TUESDAY);
  }

  /** A checkpoint with answers before and after; ends early when the disk dies. */
  private static void write(
      final TearingDisk disk, final Promises promises, final boolean syncEach) {
    try (AnswersJournal journal = AnswersJournal.open(FOLDER, MONDAY, disk, GROWTH)) {
      for (long height = 1; height <= 6; height++) {
        final byte[] answer = new byte[(int) (height * 20)];
        new Random(height).nextBytes(answer);
        promises.written.put(height, answer);
        final boolean sync = syncEach || height % 3 == 2;
        journal.append(height, new byte[32], List.of(answer, new byte[] {1}), sync);
        promises.kept.put(height, answer);
        if (sync) {
          promises.forced.putAll(promises.kept);
        }
        if (height == 3) {
          promises.checkpointAsked = OptionalLong.of(height);
          journal.startAnew(height);
          promises.checkpoint = OptionalLong.of(height);
          promises.kept.clear();
          promises.forced.clear();
        }
      }
      journal.close(true);
    } catch (final FailureException e) {
      assertThat(e).hasRootCauseMessage("the disk is gone");
    }
  }

  private static void check(
      final TearingDisk disk,
      final Promises promises,
      final Map<Long, byte[]> expected,
      final BootId boot)
      throws FailureException {
    try (AnswersJournal journal = AnswersJournal.open(FOLDER, boot, disk, GROWTH)) {
      assertThat(journal.checkpointHeight()).isIn(promises.checkpoint, promises.checkpointAsked);
      final long above = journal.checkpointHeight().orElse(0);
      for (long height = 1; height <= 6; height++) {
        final byte[] promised = height > above ? expected.get(height) : null;
        final JournalRecord found = journal.answers(height).orElse(null);
        if (promised != null) {
          assertThat(found).as("answers of %d", height).isNotNull();
        }
        if (found != null) {
          assertThat(found.answers()).containsExactly(promises.written.get(height), new byte[] {1});
        }
      }
      journal.append(above + 1, ByteBuffer.allocate(32).array(), List.of(), true);
    }
    try (AnswersJournal again = AnswersJournal.open(FOLDER, boot, disk, GROWTH)) {
      assertThat(again.lastHeight()).isPresent();
    }
    assertThat(disk.names().stream().filter(name -> name.toString().endsWith(".new"))).isEmpty();
    assertThat(disk.names()).hasSize(1);
  }
}
