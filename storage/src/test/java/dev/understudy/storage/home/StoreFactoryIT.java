package dev.understudy.storage.home;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every backend promises of a database's directory, run over each. */
final class StoreFactoryIT {
  private static final int LARGE_VALUE_BYTES = 20 << 20;

  private final Path home;

  StoreFactoryIT(@TempDir final Path home) {
    this.home = home;
  }

  static List<String> backends() {
    return StoreFactory.KNOWN;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void reopenedDatabaseHoldsWhatWasWritten(final String backend) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final Path directory = home.resolve("state.db");
    write(factory, directory, 0, 3000);
    write(factory, directory, 3000, 6000);

    try (KvStore store = factory.open(directory)) {
      assertHolds(store, 6000);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sealedDatabaseHasNoJournalAndHoldsEverything(final String backend) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final Path directory = home.resolve("state.db");
    write(factory, directory, 0, 9000);
    assertThat(bytesOf(directory, ".log")).isPositive();

    factory.seal(directory);
    factory.seal(directory);

    assertThat(bytesOf(directory, ".log")).isZero();
    try (KvStore store = factory.openShadow(directory, home.resolve("scratch"))) {
      assertHolds(store, 9000);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void checkpointLeavesNothingInTheJournal(final String backend) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final Path directory = home.resolve("state.db");
    try (KvStore store = factory.open(directory)) {
      put(store, 0, 100);
      store.checkpoint();

      assertThat(bytesOf(directory, ".log")).isZero();
      assertThat(bytesOf(directory, ".sst")).isPositive();
    }
  }

  /** What kill -9 leaves: the operating system keeps every put, the process closes nothing. */
  @ParameterizedTest
  @MethodSource("backends")
  void copyTakenWhileOpenHoldsEveryWriteOnceSealed(final String backend) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final Path directory = home.resolve("state.db");
    final Path copy = home.resolve("copy.db");
    try (KvStore store = factory.open(directory)) {
      put(store, 0, 1000);
      store.checkpoint();
      put(store, 1000, 1500);
      copy(directory, copy);
    }

    factory.seal(copy);

    try (KvStore store = factory.open(copy)) {
      assertHolds(store, 1500);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void openDatabaseIsInUse(final String backend) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final Path directory = home.resolve("state.db");
    try (KvStore store = factory.open(directory)) {
      put(store, 0, 1);

      assertThatThrownBy(() -> factory.open(directory))
          .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
          .extracting(FailureException::kind)
          .isEqualTo(FailureKind.HOME_IN_USE);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void shadowLeavesEveryByteAloneAndItsFolderEmpty(final String backend) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final Path directory = home.resolve("state.db");
    write(factory, directory, 0, 9000);
    final Map<String, String> before = TestHome.content(directory);

    try (KvStore shadow = factory.openShadow(directory, home.resolve("scratch"))) {
      assertHolds(shadow, 9000);
      assertThat(shadow.directory()).isEqualTo(directory);
    }

    assertThat(TestHome.content(directory)).isEqualTo(before);
    assertThat(home.resolve("scratch")).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void largeValuesComeBackWhole(final String backend) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final Path directory = home.resolve("state.db");
    final byte[] large = new byte[LARGE_VALUE_BYTES];
    new Random(1).nextBytes(large);
    try (KvStore store = factory.open(directory)) {
      store.write(new Batch().put("genesisDoc".getBytes(UTF_8), large), true);
    }
    factory.seal(directory);

    try (KvStore store = factory.open(directory)) {
      assertThat(store.get("genesisDoc".getBytes(UTF_8))).isEqualTo(large);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void databaseWithoutATableIsRefusedByItsOwnNameAndLeftAlone(final String backend)
      throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final Path directory = home.resolve("state.db");
    write(factory, directory, 0, 100);
    factory.seal(directory);
    try (Stream<Path> files = Files.list(directory)) {
      Files.delete(files.filter(f -> f.toString().endsWith(".sst")).findFirst().orElseThrow());
    }
    final Map<String, String> before = TestHome.content(directory);

    assertThatThrownBy(() -> factory.openShadow(directory, home.resolve("scratch")))
        .hasMessageContaining(directory.toString())
        .hasMessageNotContaining("scratch")
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_STATE);
    assertThat(TestHome.content(directory)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void databaseOfAnotherKindIsRefusedUntouched(final String writer, final String reader)
      throws Exception {
    final Path directory = home.resolve("state.db");
    write(StoreFactory.forBackend(writer), directory, 0, 100);
    StoreFactory.forBackend(writer).seal(directory);
    final Map<String, String> before = TestHome.content(directory);

    assertThatThrownBy(
            () -> StoreFactory.forBackend(reader).openShadow(directory, home.resolve("scratch")))
        .hasMessageContaining(directory.toString())
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_STATE);
    assertThat(TestHome.content(directory)).isEqualTo(before);
  }

  static Stream<Arguments> foreign() {
    return Stream.of(
        Arguments.of("goleveldb", "pebbledb"),
        Arguments.of("goleveldb", "rocksdb"),
        Arguments.of("pebbledb", "goleveldb"),
        Arguments.of("rocksdb", "cleveldb"));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void homeIsTakenOverAndGivenBack(final String backend) throws Exception {
    final StoreFactory factory = StoreFactory.forBackend(backend);
    final HomeLayout layout = TestHome.withoutDatabases(home).withBackend(backend);
    try (NodeDatabases databases = NodeDatabases.open(layout, factory)) {
      for (final DatabaseId id : DatabaseId.values()) {
        put(databases.store(id), 0, 500);
        assertThat(NameGuards.isGuard(layout.database(id))).isTrue();
      }
      databases.checkpoint(7);
      databases.seal();
    }

    try (NodeDatabases databases = NodeDatabases.open(layout, factory)) {
      assertThat(databases.wereSealed()).isTrue();
      for (final DatabaseId id : DatabaseId.values()) {
        assertHolds(databases.store(id), 500);
      }
      databases.seal();
    }
    assertThat(SealRecord.read(layout).orElseThrow().backend()).isEqualTo(backend);
  }

  @ParameterizedTest
  @ValueSource(strings = {"boltdb", "badgerdb", "memdb", "nonsense"})
  void otherBackendsAreRefusedWithTheChoicesLeft(final String backend) {
    assertThatThrownBy(() -> StoreFactory.forBackend(backend))
        .hasMessageContaining(backend)
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .satisfies(e -> assertThat(e.advice()).contains("goleveldb", "rocksdb", "pebbledb"));
  }

  private static void write(
      final StoreFactory factory, final Path directory, final int from, final int to)
      throws FailureException {
    try (KvStore store = factory.open(directory)) {
      put(store, from, to);
    }
  }

  private static void put(final KvStore store, final int from, final int to) {
    for (int i = from; i < to; i++) {
      store.write(new Batch().put(key(i), value(i)), false);
    }
  }

  private static void assertHolds(final KvStore store, final int keys) {
    int count = 0;
    try (KvIterator up = store.iterate(new byte[0], null)) {
      while (up.next()) {
        assertThat(up.key()).isEqualTo(key(count));
        assertThat(up.value()).isEqualTo(value(count));
        count++;
      }
    }
    assertThat(count).isEqualTo(keys);
  }

  private static byte[] key(final int number) {
    return String.format("H:%08d", number).getBytes(UTF_8);
  }

  private static byte[] value(final int number) {
    final byte[] value = new byte[1500];
    new Random(number).nextBytes(value);
    return value;
  }

  private static void copy(final Path from, final Path to) throws IOException {
    DurableFiles.deleteTree(to);
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (final Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static long bytesOf(final Path directory, final String suffix) throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (final Path file : files.filter(f -> f.toString().endsWith(suffix)).toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }
}
