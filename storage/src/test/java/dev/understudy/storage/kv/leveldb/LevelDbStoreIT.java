package dev.understudy.storage.kv.leveldb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LevelDbStoreIT {
  private static final int VALUE_BYTES = 4000;

  private final Path home;

  LevelDbStoreIT(@TempDir final Path home) {
    this.home = home;
  }

  @Test
  void reopenedStoreHoldsWhatWasWritten() throws Exception {
    final Path directory = home.resolve("state.db");
    write(directory, 0, 10);
    write(directory, 10, 20);

    assertThat(countBothWays(directory)).isEqualTo(20);
  }

  @Test
  void checkpointEmptiesTheJournalIntoTables() throws Exception {
    final Path directory = home.resolve("state.db");
    try (LevelDbStore store = LevelDbStore.open(directory)) {
      put(store, 0, 100);
      assertThat(sizes(directory, ".log")).isPositive();

      store.checkpoint();

      assertThat(sizes(directory, ".log")).isZero();
      assertThat(sizes(directory, ".sst")).isPositive();
      assertThat(store.get(key(42))).isEqualTo(value(42));
    }
  }

  @Test
  void flushBeginsATable() throws Exception {
    final Path directory = home.resolve("state.db");
    try (LevelDbStore store = LevelDbStore.open(directory)) {
      put(store, 0, 100);
      store.flush();
      final long first = sizes(directory, ".sst");
      assertThat(first).isPositive();

      put(store, 100, 200);
      assertThat(sizes(directory, ".sst")).isEqualTo(first);
      store.flush();

      assertThat(sizes(directory, ".log")).isZero();
      assertThat(sizes(directory, ".sst")).isGreaterThan(first);
    }
  }

  @Test
  void closedStoreKeepsAJournalAndSealEmptiesIt() throws Exception {
    final Path directory = home.resolve("blockstore.db");
    write(directory, 0, 6000);
    assertThat(sizes(directory, ".log")).isPositive();

    LevelDbDirectory.seal(directory);

    assertThat(sizes(directory, ".log")).isZero();
    assertThat(countBothWays(directory)).isEqualTo(6000);
  }

  @Test
  void sealMayBeRepeated() throws Exception {
    final Path directory = home.resolve("state.db");
    write(directory, 0, 10);
    LevelDbDirectory.seal(directory);
    LevelDbDirectory.seal(directory);

    assertThat(sizes(directory, ".log")).isZero();
    assertThat(countBothWays(directory)).isEqualTo(10);
  }

  @Test
  void directoryWithGoTablesIsAdopted() throws Exception {
    final Path directory = directoryWithGoTables();
    LevelDbDirectory.check(directory, home.resolve("scratch"));
    LevelDbDirectory.adopt(directory);

    assertThat(countBothWays(directory)).isEqualTo(3000);
  }

  @Test
  void shadowShowsADatabaseWithGoTablesAndLeavesEveryByteOfItAlone() throws Exception {
    final Path directory = directoryWithGoTables();
    final Map<String, String> before = content(directory);

    try (KvStore shadow = LevelDbDirectory.openShadow(directory, home.resolve("scratch"))) {
      assertThat(shadow.get(key(7))).isEqualTo(value(7));
      assertThat(shadow.directory()).isEqualTo(directory);
      assertThatThrownBy(() -> shadow.write(new Batch().delete(key(7)), false))
          .isInstanceOf(UnsupportedOperationException.class);
    }

    assertThat(content(directory)).isEqualTo(before);
    assertThat(home.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void damagedDirectoryIsRefusedByItsOwnNameAndLeftAlone() throws Exception {
    final Path directory = directoryWithGoTables();
    try (Stream<Path> files = Files.list(directory)) {
      Files.delete(files.filter(f -> f.toString().endsWith(".ldb")).findFirst().orElseThrow());
    }
    final Map<String, String> before = content(directory);

    assertThatThrownBy(() -> LevelDbDirectory.check(directory, home.resolve("scratch")))
        .hasMessageContaining(directory.toString())
        .hasMessageNotContaining("scratch")
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_STATE);
    assertThat(content(directory)).isEqualTo(before);
    assertThat(home.resolve("scratch")).isEmptyDirectory();
  }

  @Test
  void directoryThatGoleveldbLeftInTheMiddleOfAChangeIsRefused() throws Exception {
    final Path directory = directoryWithGoTables();
    Files.writeString(directory.resolve("CURRENT.9"), "MANIFEST-000009\n");

    assertThatThrownBy(() -> LevelDbDirectory.check(directory, home.resolve("scratch")))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("CURRENT.9");
  }

  @Test
  void directoryWithoutADatabaseIsNotMadeOne() throws Exception {
    final Path directory = Files.createDirectory(home.resolve("empty.db"));

    assertThatThrownBy(() -> LevelDbDirectory.check(directory, home.resolve("scratch")))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("no file CURRENT");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void iteratorThatIsStillOpenDoesNotOutliveTheStore() throws Exception {
    final LevelDbStore store = LevelDbStore.open(home.resolve("state.db"));
    put(store, 0, 3);
    final KvIterator iterator = store.iterate(new byte[0], null);
    assertThat(iterator.next()).isTrue();
    store.close();

    assertThatThrownBy(iterator::next).isInstanceOf(IllegalStateException.class);
    iterator.close();
  }

  @Test
  void openDatabaseIsInUse() throws Exception {
    final Path directory = home.resolve("state.db");
    try (LevelDbStore store = LevelDbStore.open(directory)) {
      put(store, 0, 1);
      assertThatThrownBy(() -> LevelDbStore.open(directory))
          .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
          .extracting(FailureException::kind)
          .isEqualTo(FailureKind.HOME_IN_USE);
    }
  }

  @Test
  void missingNativeLibraryIsToldWithThePlatform() {
    assertThatThrownBy(
            () ->
                LevelDbNative.require(
                    () -> {
                      throw new UnsatisfiedLinkError("no leveldbjni");
                    }))
        .hasMessageContaining(System.getProperty("os.arch"))
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  /** goleveldb's tables differ from LevelDB's in their names only. */
  private Path directoryWithGoTables() throws Exception {
    final Path directory = home.resolve("blockstore.db");
    try (LevelDbStore store = LevelDbStore.open(directory)) {
      put(store, 0, 2500);
      // Without this the close may leave a table that the MANIFEST does not know yet.
      store.checkpoint();
      put(store, 2500, 3000);
    }
    final List<Path> tables;
    try (Stream<Path> files = Files.list(directory)) {
      tables = files.filter(file -> file.toString().endsWith(".sst")).toList();
    }
    assertThat(tables).isNotEmpty();
    for (final Path table : tables) {
      Files.move(table, Path.of(table.toString().replace(".sst", ".ldb")));
    }
    return directory;
  }

  private static void write(final Path directory, final int from, final int to) throws Exception {
    try (LevelDbStore store = LevelDbStore.open(directory)) {
      put(store, from, to);
    }
  }

  private static void put(final LevelDbStore store, final int from, final int to) {
    for (int i = from; i < to; i++) {
      store.write(new Batch().put(key(i), value(i)), false);
    }
  }

  private static int countBothWays(final Path directory) throws Exception {
    try (LevelDbStore store = LevelDbStore.open(directory)) {
      int count = 0;
      try (KvIterator up = store.iterate(new byte[0], null)) {
        while (up.next()) {
          assertThat(up.value()).isEqualTo(value(count));
          count++;
        }
      }
      int left = count;
      try (KvIterator down = store.iterateReverse(new byte[0], null)) {
        while (down.next()) {
          left--;
          assertThat(down.key()).isEqualTo(key(left));
        }
      }
      assertThat(left).isZero();
      return count;
    }
  }

  private static byte[] key(final int number) {
    return String.format("H:%08d", number).getBytes(UTF_8);
  }

  private static byte[] value(final int number) {
    final byte[] value = new byte[VALUE_BYTES];
    new Random(number).nextBytes(value);
    return value;
  }

  private static long sizes(final Path directory, final String suffix) throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (final Path file : files.filter(f -> f.toString().endsWith(suffix)).toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }

  private static Map<String, String> content(final Path directory) throws IOException {
    final Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (final Path file : files.toList()) {
        content.put(
            file.getFileName().toString(),
            Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
      }
    }
    return content;
  }
}
