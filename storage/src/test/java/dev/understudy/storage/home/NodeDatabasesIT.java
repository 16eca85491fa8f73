package dev.understudy.storage.home;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class NodeDatabasesIT {
  private static final StoreFactory FACTORY = goleveldb();

  private final Path home;

  NodeDatabasesIT(@TempDir final Path home) {
    this.home = home;
  }

  @Test
  void newHomeIsWorkedOnUnderWorkingNamesAndSealedUnderFinalOnes() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      for (final DatabaseId id : DatabaseId.values()) {
        databases.store(id).write(put(id), false);
        assertGuarded(layout, id);
        assertThat(layout.unsealedDatabase(id)).isDirectory();
      }
      assertThat(SealRecord.read(layout).orElseThrow().sealed()).isFalse();

      databases.seal();
    }
    assertSealedWithAllKeys(layout);
  }

  @Test
  void homeOfANodeIsTakenOverAndGivenBack() throws Exception {
    final HomeLayout layout = TestHome.ofANode(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      for (final DatabaseId id : DatabaseId.values()) {
        assertThat(databases.store(id).get(TestHome.KEY)).isEqualTo(id.id().getBytes(UTF_8));
        assertGuarded(layout, id);
      }
      databases.seal();
    }
    assertSealedWithAllKeys(layout);
  }

  @Test
  void closedWithoutSealKeepsWorkingNamesAndTheNextOpenGoesOn() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      databases.store(DatabaseId.STATE).write(put(DatabaseId.STATE), false);
      databases.checkpoint(7);
    }
    assertThat(layout.unsealedDatabase(DatabaseId.STATE)).isDirectory();
    assertGuarded(layout, DatabaseId.STATE);
    assertThat(SealRecord.read(layout).orElseThrow().checkpoint()).hasValue(7);

    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      assertThat(databases.checkpointHeight()).hasValue(7);
      assertThat(databases.store(DatabaseId.STATE).get(TestHome.KEY)).isNotNull();
    }
  }

  @Test
  void storesCloseWhileAnAppBootsAndOpenAgain() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      databases.store(DatabaseId.STATE).write(put(DatabaseId.STATE), false);
      databases.closeStores();
      databases.closeStores();
      assertThatThrownBy(() -> databases.store(DatabaseId.STATE))
          .isInstanceOf(IllegalStateException.class);

      databases.reopen();
      assertThat(databases.store(DatabaseId.STATE).get(TestHome.KEY)).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nodeStartedTooEarlyCanNotMakeADatabase(final DatabaseId id) throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      assertThatThrownBy(() -> TestHome.makeDatabase(layout.database(id), "too early"))
          .isInstanceOf(FailureException.class);
      databases.seal();
    }
    assertThat(layout.database(id)).isDirectory();
  }

  @Test
  void bootingAppFindsTheNamesFreeAndWhatItMakesThereIsMovedAway() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    NodeDatabases.open(layout, FACTORY).close();
    try (NodeDatabases databases = NodeDatabases.reserve(layout, FACTORY)) {
      assertGuarded(layout, DatabaseId.BLOCKSTORE);
      databases.letAppBoot();
      TestHome.makeDatabase(layout.database(DatabaseId.BLOCKSTORE), "made by the app");

      databases.reopen();
      assertThat(databases.store(DatabaseId.BLOCKSTORE).get(TestHome.KEY)).isNull();
      assertGuarded(layout, DatabaseId.BLOCKSTORE);
      assertThat(layout.bootFile()).doesNotExist();
    }
    assertThat(strays(layout)).hasSize(1);
  }

  @Test
  void namesAreGuardedAgainWhenTheAppDidNotBoot() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    NodeDatabases.open(layout, FACTORY).close();
    try (NodeDatabases databases = NodeDatabases.reserve(layout, FACTORY)) {
      databases.letAppBoot();
      TestHome.makeDatabase(layout.database(DatabaseId.STATE), "made by the app");
    }
    for (final DatabaseId id : DatabaseId.values()) {
      assertGuarded(layout, id);
    }
    assertThat(strays(layout)).hasSize(1);
  }

  @Test
  void whatAnAppMadeBeforeWeWereKilledIsMovedAwayByTheNextRun() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      databases.store(DatabaseId.STATE).write(put(DatabaseId.STATE), false);
    }
    new NameGuards(layout).lift(false);
    TestHome.makeDatabase(layout.database(DatabaseId.STATE), "made by the app");

    try (NodeDatabases databases = NodeDatabases.reserve(layout, FACTORY)) {
      databases.reopen();
      assertThat(databases.store(DatabaseId.STATE).get(TestHome.KEY)).isNotNull();
    }
    assertThat(strays(layout)).hasSize(1);
  }

  @Test
  void whatTheAppMakesOnAFreshHomeWhileItBootsIsNotTakenForTheNodes() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.reserve(layout, FACTORY)) {
      databases.letAppBoot();
      TestHome.makeDatabase(layout.database(DatabaseId.STATE), "made by the app");
      databases.reopen();
      assertThat(databases.wereSealed()).isFalse();
      assertThat(databases.store(DatabaseId.STATE).get(TestHome.KEY)).isNull();
    }
    assertThat(strays(layout)).hasSize(1);
  }

  @Test
  void freshHomeIsLeftWithoutGuardsWhenTheAppDidNotBoot() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.reserve(layout, FACTORY)) {
      databases.letAppBoot();
    }
    assertThat(layout.dataDir()).isEmptyDirectory();
    assertThat(layout.bootFile()).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void crashBetweenTheRenamesOfOpeningOrSealingIsGoneOn(final DatabaseId last) throws Exception {
    final HomeLayout layout = TestHome.ofANode(home);
    Files.createDirectories(layout.understudyDir());
    for (final DatabaseId id : EnumSet.range(DatabaseId.BLOCKSTORE, last)) {
      Files.move(layout.database(id), layout.unsealedDatabase(id));
    }

    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      databases.seal();
    }
    assertSealedWithAllKeys(layout);
  }

  @Test
  void crashBeforeSealingIsRecordedIsSealedByAnotherRun() throws Exception {
    final HomeLayout layout = TestHome.ofANode(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      databases.seal();
    }
    new SealRecord("goleveldb", false, java.util.OptionalLong.empty()).write(layout);

    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      databases.seal();
      databases.seal();
    }
    assertSealedWithAllKeys(layout);
  }

  @ParameterizedTest
  @EnumSource
  void databaseMadeByANodeStartedTooEarlyIsRefusedUntouched(final DatabaseId id) throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    NodeDatabases.open(layout, FACTORY).close();
    Files.delete(layout.database(id));
    TestHome.makeDatabase(layout.database(id), "too early");
    final Map<String, String> before = TestHome.content(home);

    assertThatThrownBy(() -> NodeDatabases.open(layout, FACTORY))
        .hasMessageContaining(layout.database(id).toString())
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_STATE);
    assertThat(TestHome.content(home)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void homeOfARunningNodeIsRefusedUntouched(final DatabaseId id) throws Exception {
    final HomeLayout layout = TestHome.ofANode(home);
    final Map<String, String> before = TestHome.content(home);
    try (LockHolder node = LockHolder.flock(layout.database(id).resolve("LOCK"))) {
      assertThat(node.pid()).isPositive();
      assertInUse(layout);
      assertThat(TestHome.content(home)).isEqualTo(before);
    }
  }

  @Test
  void secondUnderstudyIsRefused() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      assertInUse(layout);
      databases.seal();
      assertInUse(layout);
    }
    NodeDatabases.open(layout, FACTORY).close();
  }

  @Test
  void databasesAreLockedUntilTheyAreSealed() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    try (NodeDatabases databases = NodeDatabases.open(layout, FACTORY)) {
      databases.closeStores();
      final Path working = layout.unsealedDatabase(DatabaseId.STATE);
      assertThatThrownBy(() -> LockHolder.flock(working.resolve("LOCK")))
          .isInstanceOf(IOException.class);

      databases.seal();
      LockHolder.flock(layout.database(DatabaseId.STATE).resolve("LOCK")).close();
    }
  }

  @Test
  void damagedDatabaseIsRefusedBeforeAnythingIsRenamed() throws Exception {
    final HomeLayout layout = TestHome.ofANode(home);
    Files.writeString(layout.database(DatabaseId.TX_INDEX).resolve("CURRENT"), "nonsense\n");

    assertThatThrownBy(() -> NodeDatabases.open(layout, FACTORY))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("tx_index.db");
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(layout.database(id)).isDirectory();
      assertThat(layout.unsealedDatabase(id)).doesNotExist();
    }
  }

  @Test
  void anotherBackendThanTheHomesIsRefused() throws Exception {
    final HomeLayout layout = TestHome.withoutDatabases(home);
    Files.createDirectories(layout.understudyDir());
    new SealRecord("pebbledb", true, java.util.OptionalLong.of(3)).write(layout);

    assertThatThrownBy(() -> NodeDatabases.open(layout, FACTORY))
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  @Test
  void backendThatCantBeWrittenIsRefused() {
    assertThatThrownBy(() -> StoreFactory.forBackend("badgerdb"))
        .hasMessageContaining("badgerdb")
        .isInstanceOf(FailureException.class);
  }

  private static void assertInUse(final HomeLayout layout) {
    assertThatThrownBy(() -> NodeDatabases.open(layout, FACTORY))
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_IN_USE);
  }

  private static void assertSealedWithAllKeys(final HomeLayout layout) throws Exception {
    assertThat(SealRecord.read(layout).orElseThrow().sealed()).isTrue();
    for (final DatabaseId id : DatabaseId.values()) {
      assertThat(layout.unsealedDatabase(id)).doesNotExist();
      try (Stream<Path> files = Files.list(layout.database(id))) {
        assertThat(files.filter(file -> file.toString().endsWith(".log")))
            .allSatisfy(log -> assertThat(log).isEmptyFile());
      }
      try (KvStore shadow = FACTORY.openShadow(layout.database(id), layout.scratchDir())) {
        assertThat(shadow.get(TestHome.KEY)).isEqualTo(id.id().getBytes(UTF_8));
      }
    }
  }

  private static void assertGuarded(final HomeLayout layout, final DatabaseId id)
      throws IOException {
    assertThat(NameGuards.isGuard(layout.database(id))).as(id.id()).isTrue();
    assertThat(layout.database(id)).content().contains(id.id() + ".db.unsealed").endsWith("\n");
  }

  private static List<Path> strays(final HomeLayout layout) throws IOException {
    try (Stream<Path> files = Files.list(layout.understudyDir())) {
      return files.filter(file -> file.getFileName().toString().startsWith("stray-")).toList();
    }
  }

  private static Batch put(final DatabaseId id) {
    return new Batch().put(TestHome.KEY, id.id().getBytes(UTF_8));
  }

  private static StoreFactory goleveldb() {
    try {
      return StoreFactory.forBackend("goleveldb");
    } catch (final FailureException e) {
      throw new AssertionError(e);
    }
  }
}
