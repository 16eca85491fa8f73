package dev.understudy.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A journal whose bytes were changed at will is told, or gives only what was appended. */
final class JournalDamagePropertyTest {
  private static final BootId BOOT = new BootId(new UUID(1, 1));
  private static final int GROWTH = 2000;
  private static Path folder = Path.of("none");
  private static byte[] sample = {};

  @BeforeContainer
  static void write() throws Exception {
    folder = Files.createTempDirectory("journal");
    try (AnswersJournal journal = open()) {
      for (long height = 1; height <= 6; height++) {
        journal.append(height, hash(height), List.of(answer(height)), true);
      }
    }
    sample = Files.readAllBytes(file());
  }

  @AfterContainer
  static void delete() throws IOException {
    for (final Path file : files()) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  private static AnswersJournal open() throws FailureException {
    return AnswersJournal.open(folder, BOOT, new DiskFileLayer(), GROWTH);
  }

  private static List<Path> files() throws IOException {
    try (var all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static Path file() {
    return folder.resolve("answers-0000000000000001.journal");
  }

  private static byte[] hash(final long height) {
    final byte[] hash = new byte[32];
    Arrays.fill(hash, (byte) height);
    return hash;
  }

  private static byte[] answer(final long height) {
    return ("answer " + height).repeat(20).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Property(tries = 600, shrinking = ShrinkingMode.OFF)
  void changedBytesAreToldOrCutOff(@ForAll final long seed) throws Exception {
    final Random random = new Random(seed);
    final byte[] bytes = sample.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    Files.write(file(), random.nextInt(4) == 0 ? cut(bytes, random) : bytes);
    try (AnswersJournal journal = open()) {
      for (long height = 0; height <= 10; height++) {
        final var found = journal.answers(height);
        if (found.isPresent()) {
          assertThat(found.get().blockHash()).isEqualTo(hash(height));
          assertThat(found.get().answers()).containsExactly(answer(height));
        }
      }
    } catch (final FailureException told) {
      assertThat(told.kind()).isEqualTo(FailureKind.HOME_STATE);
      assertThat(told).hasMessageContaining(file().toString());
    }
  }

  private static byte[] cut(final byte[] bytes, final Random random) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }
}
