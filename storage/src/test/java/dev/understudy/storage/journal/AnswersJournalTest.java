package dev.understudy.storage.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnswersJournalTest {
  private static final BootId MONDAY = new BootId(new UUID(1, 1));
  private static final BootId TUESDAY = new BootId(new UUID(2, 2));
  private static final Path FOLDER = Path.of("journal");
  private static final Path FIRST = FOLDER.resolve("answers-0000000000000001.journal");

  private final TearingDisk disk = new TearingDisk();

  @Test
  void answersAreFoundByHeightOnTheRealDiskAfterReopening(@TempDir final Path directory)
      throws Exception {
    try (AnswersJournal journal = AnswersJournal.open(directory)) {
      journal.append(1, hash(1), List.of(bytes("begin"), new byte[0], bytes("end")), true);
      journal.append(2, hash(2), List.of(), false);
    }
    try (AnswersJournal journal = AnswersJournal.open(directory)) {
      final JournalRecord first = journal.answers(1).orElseThrow();
      assertThat(first.height()).isEqualTo(1);
      assertThat(first.blockHash()).isEqualTo(hash(1));
      assertThat(first.answers()).containsExactly(bytes("begin"), new byte[0], bytes("end"));
      assertThat(journal.answers(2).orElseThrow().answers()).isEmpty();
      assertThat(journal.answers(3)).isEmpty();
      assertThat(journal.lastHeight()).hasValue(2);
    }
  }

  @Test
  void answersLargerThanAllBuffersComeBack(@TempDir final Path directory) throws Exception {
    final byte[] large = new byte[9 << 20];
    large[large.length - 1] = 7;
    try (AnswersJournal journal = AnswersJournal.open(directory)) {
      journal.append(1, hash(1), List.of(large), true);
      journal.append(2, hash(2), List.of(bytes("small")), true);
    }
    try (AnswersJournal journal = AnswersJournal.open(directory)) {
      assertThat(journal.answers(1).orElseThrow().answers().get(0)).isEqualTo(large);
      assertThat(journal.answers(2)).isPresent();
    }
  }

  @Test
  void lastAnswersOfAHeightCount() throws Exception {
    try (AnswersJournal journal = open(MONDAY)) {
      journal.append(1, hash(1), List.of(bytes("old")), true);
      journal.append(1, hash(1), List.of(bytes("new")), true);
    }
    try (AnswersJournal journal = open(MONDAY)) {
      assertThat(journal.answers(1).orElseThrow().answers()).containsExactly(bytes("new"));
    }
  }

  @Test
  void newJournalKnowsNoCheckpoint() throws Exception {
    try (AnswersJournal journal = open(MONDAY)) {
      assertThat(journal.checkpointHeight()).isEmpty();
      assertThat(journal.endedUncleanlyUnderAnotherBoot()).isFalse();
    }
  }

  @Test
  void startingAnewForgetsTheAnswersAndKeepsTheCheckpoint(@TempDir final Path directory)
      throws Exception {
    try (AnswersJournal journal = AnswersJournal.open(directory)) {
      journal.append(1, hash(1), List.of(bytes("a")), true);
      journal.startAnew(1);
      journal.append(2, hash(2), List.of(bytes("b")), true);
      assertThat(journal.answers(1)).isEmpty();
    }
    try (AnswersJournal journal = AnswersJournal.open(directory);
        Stream<Path> files = Files.list(directory)) {
      assertThat(journal.checkpointHeight()).hasValue(1);
      assertThat(journal.answers(1)).isEmpty();
      assertThat(journal.answers(2)).isPresent();
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void heightAtOrBelowTheCheckpointIsRefused() throws Exception {
    try (AnswersJournal journal = open(MONDAY)) {
      journal.startAnew(5);
      assertThatThrownBy(() -> journal.append(5, hash(5), List.of(), true))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void uncleanEndUnderTheSameBootIsTrusted() throws Exception {
    open(MONDAY).close();
    try (AnswersJournal journal = open(MONDAY)) {
      assertThat(journal.endedUncleanlyUnderAnotherBoot()).isFalse();
    }
  }

  @Test
  void cleanEndUnderAnotherBootIsTrusted() throws Exception {
    open(MONDAY).close(true);
    try (AnswersJournal journal = open(TUESDAY)) {
      assertThat(journal.endedUncleanlyUnderAnotherBoot()).isFalse();
    }
  }

  @Test
  void uncleanEndUnderAnotherBootIsRememberedUntilTheNextCheckpoint() throws Exception {
    open(MONDAY).close();
    open(TUESDAY).close();
    open(TUESDAY).close(true);
    try (AnswersJournal journal = open(TUESDAY)) {
      assertThat(journal.endedUncleanlyUnderAnotherBoot()).isTrue();
      journal.startAnew(3);
      assertThat(journal.endedUncleanlyUnderAnotherBoot()).isFalse();
    }
    try (AnswersJournal journal = open(TUESDAY)) {
      assertThat(journal.endedUncleanlyUnderAnotherBoot()).isFalse();
    }
  }

  @Test
  void sessionAfterACleanEndIsUncleanAgain() throws Exception {
    open(MONDAY).close(true);
    open(MONDAY).close();
    try (AnswersJournal journal = open(TUESDAY)) {
      assertThat(journal.endedUncleanlyUnderAnotherBoot()).isTrue();
    }
  }

  @Test
  void brokenRecordBeforeSyncedOnesIsDamage() throws Exception {
    try (AnswersJournal journal = open(MONDAY)) {
      journal.append(1, hash(1), List.of(bytes("answer of block one")), true);
      journal.append(2, hash(2), List.of(bytes("answer of block two")), true);
    }
    disk.rot(FIRST, find(disk.bytes(FIRST), "block one"));

    assertThatThrownBy(() -> open(MONDAY))
        .hasMessageContaining(FIRST.toString())
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_STATE);
  }

  @Test
  void brokenHeadIsDamage() throws Exception {
    open(MONDAY).close();
    disk.rot(FIRST, 20);

    assertThatThrownBy(() -> open(MONDAY))
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_STATE);
  }

  @Test
  void brokenLastRecordIsATornOneAndIsCutOff() throws Exception {
    try (AnswersJournal journal = open(MONDAY)) {
      journal.append(1, hash(1), List.of(bytes("one")), true);
      journal.append(2, hash(2), List.of(bytes("answer of block two")), true);
    }
    disk.rot(FIRST, find(disk.bytes(FIRST), "block two"));

    try (AnswersJournal journal = open(MONDAY)) {
      assertThat(journal.answers(1)).isPresent();
      assertThat(journal.answers(2)).isEmpty();
      journal.append(2, hash(2), List.of(bytes("again")), true);
    }
    try (AnswersJournal journal = open(MONDAY)) {
      assertThat(journal.answers(2).orElseThrow().answers()).containsExactly(bytes("again"));
    }
  }

  @Test
  void wholeJournalInsideOfAnAnswerIsNoRecord() throws Exception {
    try (AnswersJournal journal = open(MONDAY)) {
      journal.append(1, hash(1), List.of(bytes("inner")), true);
      journal.append(2, hash(2), List.of(bytes("inner")), true);
    }
    final byte[] inner = java.util.Arrays.copyOf(disk.bytes(FIRST), 600);
    try (AnswersJournal journal = open(MONDAY)) {
      journal.append(3, hash(3), List.of(inner), true);
    }
    disk.rot(FIRST, last(disk.bytes(FIRST), "USTDYJNL") + 20);

    try (AnswersJournal journal = open(MONDAY)) {
      assertThat(journal.lastHeight()).hasValue(2);
    }
  }

  @Test
  void afterAFailedWriteNothingMoreIsTaken() throws Exception {
    final AnswersJournal journal = open(MONDAY);
    disk.dieAfter(3);
    assertThatThrownBy(() -> journal.append(1, hash(1), List.of(bytes("a")), true))
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.DISK);
    disk.killProcess();

    assertThatThrownBy(() -> journal.append(1, hash(1), List.of(bytes("a")), true))
        .isInstanceOf(FailureException.class);
    journal.close();
  }

  private AnswersJournal open(final BootId boot) throws FailureException {
    return AnswersJournal.open(FOLDER, boot, disk, 4096);
  }

  private static byte[] hash(final int seed) {
    return ByteBuffer.allocate(32).putInt(seed).array();
  }

  private static byte[] bytes(final String text) {
    return text.getBytes(UTF_8);
  }

  private static int find(final byte[] in, final String what) {
    return new String(in, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(what);
  }

  private static int last(final byte[] in, final String what) {
    return new String(in, java.nio.charset.StandardCharsets.ISO_8859_1).lastIndexOf(what);
  }
}
