package dev.understudy.storage.home;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class HomeConversionIT {
  private static final long RESERVE = 1 << 20;
  private static final int KEYS = 3000;

  private final Path home;

  HomeConversionIT(@TempDir final Path home) {
    this.home = home;
  }

  static Stream<Arguments> pairs() {
    return StoreFactory.KNOWN.stream()
        .flatMap(
            from ->
                StoreFactory.KNOWN.stream()
                    .filter(to -> !to.equals(from))
                    .map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void everyKeyIsInTheOtherBackendAndNothingElseIsLeft(final String from, final String to)
      throws Exception {
    final HomeLayout layout = home(from);

    final Map<DatabaseId, Long> keys = conversion(layout, to, new Heard()).run(from);

    assertThat(keys).containsEntry(DatabaseId.STATE, (long) KEYS).hasSize(4);
    assertConverted(layout, to);
  }

  @ParameterizedTest
  @EnumSource
  void cutShortBeforeADatabaseItGoesOn(final DatabaseId id) throws Exception {
    final HomeLayout layout = home("goleveldb");
    final Map<String, String> before = TestHome.content(layout.database(DatabaseId.STATE));
    assertThatThrownBy(
            () -> conversion(layout, "pebbledb", new Heard().dyingAt(id)).run("goleveldb"))
        .isInstanceOf(Killed.class);
    assertThat(TestHome.content(layout.database(DatabaseId.STATE))).isEqualTo(before);
    // until the end the home is the node's as it was
    QuietHome.hold(layout).close();

    conversion(layout, "pebbledb", new Heard()).run("goleveldb");

    assertConverted(layout, "pebbledb");
  }

  @Test
  void copyThatWasCutShortGoesOnAfterItsLastKey() throws Exception {
    final HomeLayout layout = home("goleveldb");
    begun(layout);
    final Path copy = layout.converting(DatabaseId.BLOCKSTORE);
    try (KvStore half = StoreFactory.forBackend("pebbledb").open(copy)) {
      put(half, 0, KEYS / 2);
    }

    conversion(layout, "pebbledb", new Heard()).run("goleveldb");

    assertConverted(layout, "pebbledb");
  }

  @Test
  void copyWithAHoleIsMadeAnew() throws Exception {
    final HomeLayout layout = home("goleveldb");
    begun(layout);
    final Path copy = layout.converting(DatabaseId.BLOCKSTORE);
    try (KvStore holed = StoreFactory.forBackend("pebbledb").open(copy)) {
      put(holed, 0, 10);
      put(holed, 20, 30);
    }

    conversion(layout, "pebbledb", new Heard()).run("goleveldb");

    assertConverted(layout, "pebbledb");
  }

  @Test
  void originalThatANodeWroteToMeanwhileIsCopiedAnew() throws Exception {
    final HomeLayout layout = home("goleveldb");
    assertThatThrownBy(
            () ->
                conversion(layout, "pebbledb", new Heard().dyingAt(DatabaseId.STATE))
                    .run("goleveldb"))
        .isInstanceOf(Killed.class);
    final StoreFactory node = StoreFactory.forBackend("goleveldb");
    try (KvStore store = node.open(layout.database(DatabaseId.BLOCKSTORE))) {
      store.write(new Batch().put(key(5), "changed".getBytes(UTF_8)), false);
    }
    node.seal(layout.database(DatabaseId.BLOCKSTORE));

    conversion(layout, "pebbledb", new Heard()).run("goleveldb");

    try (KvStore store =
        StoreFactory.forBackend("pebbledb").open(layout.database(DatabaseId.BLOCKSTORE))) {
      assertThat(store.get(key(5))).isEqualTo("changed".getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutShortAmongTheNamesItGoesOnAndNobodyElseMayBegin(final DatabaseId at) throws Exception {
    final HomeLayout layout = home("goleveldb");
    for (final DatabaseId id : DatabaseId.values()) {
      new DatabaseCopy(
              StoreFactory.forBackend("goleveldb"),
              StoreFactory.forBackend("pebbledb"),
              layout.scratchDir(),
              FreeSpaceGuard.of(layout.dataDir(), RESERVE))
          .run(layout.database(id), layout.converting(id));
    }
    new ConversionRecord("goleveldb", "pebbledb", true, Map.of()).write(layout);
    for (final DatabaseId id : DatabaseId.values()) {
      Files.move(layout.database(id), layout.beforeConversion(id));
      if (id == at) {
        break;
      }
      Files.move(layout.converting(id), layout.database(id));
    }

    assertThatThrownBy(
            () -> NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb")).close())
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("interrupted");
    assertThatThrownBy(() -> QuietHome.hold(layout).close())
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("interrupted");
    conversion(layout, "pebbledb", new Heard()).run("goleveldb");

    assertConverted(layout, "pebbledb");
  }

  @Test
  void unsealedHomeIsRefusedUntouched() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb")).close();

    assertRefused(layout, "pebbledb", FailureKind.HOME_STATE, "not sealed");
    assertThat(layout.conversionFile()).doesNotExist();
  }

  @Test
  void sameBackendNeedsNothing() throws Exception {
    final HomeLayout layout = home("goleveldb");

    assertRefused(layout, "goleveldb", FailureKind.CONFIGURATION, "already");
  }

  @Test
  void secondConversionIsRefusedWhileAnotherIsUnderWay() throws Exception {
    final HomeLayout layout = home("goleveldb");
    begun(layout);

    assertRefused(layout, "rocksdb", FailureKind.HOME_STATE, "to pebbledb is under way");
  }

  @Test
  void fullDiskIsToldBeforeAnythingIsWritten() throws Exception {
    final HomeLayout layout = home("goleveldb");

    assertThatThrownBy(
            () ->
                new HomeConversion(
                        layout,
                        StoreFactory.forBackend("pebbledb"),
                        Long.MAX_VALUE / 4,
                        new Heard())
                    .run("goleveldb"))
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.DISK);
    assertThat(layout.converting(DatabaseId.BLOCKSTORE)).doesNotExist();
    assertThat(layout.conversionFile()).doesNotExist();
  }

  private static void assertRefused(
      final HomeLayout layout, final String to, final FailureKind kind, final String words) {
    assertThatThrownBy(() -> conversion(layout, to, new Heard()).run("goleveldb"))
        .hasMessageContaining(words)
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(kind);
  }

  private HomeLayout home(final String backend) throws IOException, FailureException {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, StoreFactory.forBackend(backend))) {
      for (final DatabaseId id : DatabaseId.values()) {
        put(databases.store(id), 0, KEYS);
      }
      databases.checkpoint(7);
      databases.seal();
    }
    return layout;
  }

  private static void begun(final HomeLayout layout) throws IOException, FailureException {
    new ConversionRecord(
            "goleveldb",
            "pebbledb",
            false,
            Map.of(
                DatabaseId.BLOCKSTORE, DatabaseCopy.print(layout.database(DatabaseId.BLOCKSTORE))))
        .write(layout);
  }

  private static HomeConversion conversion(
      final HomeLayout layout, final String to, final Heard heard) throws FailureException {
    return new HomeConversion(layout, StoreFactory.forBackend(to), RESERVE, heard);
  }

  private static void assertConverted(final HomeLayout layout, final String to)
      throws IOException, FailureException {
    final SealRecord record = SealRecord.read(layout).orElseThrow();
    assertThat(record.backend()).isEqualTo(to);
    assertThat(record.sealed()).isTrue();
    assertThat(record.checkpoint()).hasValue(7);
    try (Stream<Path> names = Files.list(layout.dataDir())) {
      assertThat(names.map(name -> name.getFileName().toString()))
          .containsExactlyInAnyOrder("blockstore.db", "state.db", "evidence.db", "tx_index.db");
    }
    assertThat(layout.conversionFile()).doesNotExist();
    for (final DatabaseId id : DatabaseId.values()) {
      try (KvStore store =
              StoreFactory.forBackend(to).openShadow(layout.database(id), layout.scratchDir());
          KvIterator records = store.iterate(new byte[0], null)) {
        int count = 0;
        while (records.next()) {
          assertThat(records.key()).isEqualTo(key(count));
          assertThat(records.value()).isEqualTo(value(count));
          count++;
        }
        assertThat(count).isEqualTo(KEYS);
      }
    }
  }

  private static void put(final KvStore store, final int from, final int to) {
    for (int i = from; i < to; i++) {
      store.write(new Batch().put(key(i), value(i)), false);
    }
  }

  private static byte[] key(final int number) {
    return String.format("H:%08d", number).getBytes(UTF_8);
  }

  private static byte[] value(final int number) {
    final byte[] value = new byte[number % 1000 == 999 ? 300_000 : 200];
    new Random(number).nextBytes(value);
    return value;
  }

  /** Stands for kill -9: nothing that is open then is sealed. */
  private static final class Killed extends RuntimeException {}

  private static final class Heard implements HomeConversion.Listener {
    private final List<DatabaseId> equal = new ArrayList<>();
    private Optional<DatabaseId> dyingAt = Optional.empty();

    Heard dyingAt(final DatabaseId id) {
      dyingAt = Optional.of(id);
      return this;
    }

    @Override
    public void copying(final DatabaseId id) {
      if (dyingAt.filter(id::equals).isPresent()) {
        throw new Killed();
      }
    }

    @Override
    public void equal(final DatabaseId id, final long keys) {
      assertThat(equal).doesNotContain(id);
      equal.add(id);
    }
  }
}
