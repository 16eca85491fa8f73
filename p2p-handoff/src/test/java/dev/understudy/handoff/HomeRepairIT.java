package dev.understudy.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeRepair;
import dev.understudy.storage.home.NameGuards;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.BootId;
import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeRepairIT {
  private static final HomeRepair.CatchUp NOTHING_LEFT = (line, databases, journal) -> {};

  private final Path home;

  HomeRepairIT(@TempDir final Path home) {
    this.home = home;
  }

  @Test
  void aKilledHomeIsCleanedSealedAndReady() throws Exception {
    final MadeHome made = MadeHome.killedAt(home, 5, 3);
    assertThat(HomeRepair.isNeeded(made.layout)).isTrue();

    HomeRepair.seal(made.layout, MadeHome.LINE, NOTHING_LEFT);

    assertThat(HomeRepair.isNeeded(made.layout)).isFalse();
    assertThat(made.check().findings())
        .allSatisfy(f -> assertThat(f.severity()).as("%s", f).isEqualTo(Finding.Severity.PASSED));
    try (LevelDbStore store = LevelDbStore.open(made.layout.database(DatabaseId.STATE))) {
      final StateStore states = new StateStore(store, MadeHome.LINE);
      assertThat(states.loadLastResults(5)).isPresent().isEqualTo(states.loadResults(5));
    }
  }

  @Test
  void aSealedHomeNeedsNone() throws Exception {
    assertThat(HomeRepair.isNeeded(MadeHome.sealedAt(home, 2).layout)).isFalse();
  }

  @Test
  void afterAPowerCutTheHomeStaysUnsealed() throws Exception {
    final MadeHome made = MadeHome.killedAt(home, 5, 0);
    try (AnswersJournal journal =
        AnswersJournal.open(made.layout.journalDir(), new BootId(UUID.randomUUID()))) {
      journal.append(1, new byte[32], List.of(new byte[] {1}), true);
    }

    assertThatThrownBy(() -> HomeRepair.seal(made.layout, MadeHome.LINE, NOTHING_LEFT))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.HOME_STATE);
              assertThat(e.advice()).contains("same sync command");
            });

    assertThat(made.layout.unsealedDatabase(DatabaseId.STATE)).isDirectory();
    assertThat(NameGuards.isGuard(made.layout.database(DatabaseId.STATE))).isTrue();
  }

  @Test
  void aGuardIsNoSecondDatabase() throws Exception {
    final MadeHome made = MadeHome.killedAt(home, 5, 0);
    assertThat(NameGuards.isGuard(made.layout.database(DatabaseId.STATE))).isTrue();

    assertThat(made.check().findings())
        .filteredOn(f -> f.name().equals("sealed"))
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains("not sealed"));
  }

  @Test
  void blocksAheadOfAnEmptyStoreAreDeletedToo() throws Exception {
    final MadeHome made = MadeHome.killedAt(home, 0, 3);
    HomeRepair.seal(made.layout, MadeHome.LINE, NOTHING_LEFT);
    assertThat(made.check().findings())
        .filteredOn(f -> f.name().equals("ahead"))
        .extracting(Finding::severity)
        .containsExactly(Finding.Severity.PASSED);
  }
}
