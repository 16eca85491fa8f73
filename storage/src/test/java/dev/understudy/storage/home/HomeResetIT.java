package dev.understudy.storage.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeResetIT {
  private static final String SIGN_STATE = "{\"height\":\"77\",\"round\":0,\"step\":3}";

  private final Path home;

  HomeResetIT(@TempDir final Path home) {
    this.home = home;
  }

  @BeforeEach
  void makeHome() throws Exception {
    write("config/config.toml", "db_backend = \"goleveldb\"\n");
    write("config/genesis.json", "{}");
    write("config/addrbook.json", "{}");
    write("config/priv_validator_key.json", "{}");
    write("data/priv_validator_state.json", SIGN_STATE);
    write("data/cs.wal/wal", "wal");
    write("data/application.db/000001.log", "app");
    write("data/application.db/LOCK", "");
    write("understudy/cache/bundle", "bundle");
    final HomeLayout layout = HomeLayout.read(home);
    try (NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb"))) {
      databases.seal();
    }
  }

  @Test
  void onlyTheSignStateAndWhatCanBeUsedAgainStays() throws Exception {
    new HomeReset(HomeLayout.read(home), true).run();

    assertThat(home.resolve("data")).isDirectoryNotContaining("glob:**.db");
    assertThat(home.resolve("data/cs.wal")).doesNotExist();
    assertThat(home.resolve("data/priv_validator_state.json")).hasContent(SIGN_STATE);
    assertThat(home.resolve("config/priv_validator_key.json")).exists();
    assertThat(home.resolve("config/genesis.json")).exists();
    assertThat(home.resolve("config/addrbook.json")).exists();
    assertThat(home.resolve("understudy/cache/bundle")).exists();
    assertThat(home.resolve("understudy/databases.json")).doesNotExist();
  }

  @Test
  void addressBookGoesWhenItIsNotToBeKept() throws Exception {
    new HomeReset(HomeLayout.read(home), false).run();
    assertThat(home.resolve("config/addrbook.json")).doesNotExist();
  }

  @Test
  void homeThatIsOpenIsRefusedWhole() throws Exception {
    final HomeLayout layout = HomeLayout.read(home);
    try (NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb"))) {
      assertThat(databases.checkpointHeight()).isEmpty();
      assertThatThrownBy(() -> new HomeReset(layout, true).run())
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_IN_USE));
    }
    assertThat(home.resolve("data/application.db/000001.log")).exists();
    assertThat(home.resolve("data/cs.wal/wal")).exists();
  }

  @Test
  void databaseOfARunningAppIsRefusedWithNothingDeleted() throws Exception {
    final HomeLayout layout = HomeLayout.read(home);
    try (DatabaseLock app = DatabaseLock.acquire(home.resolve("data/application.db"))) {
      assertThat(app).isNotNull();
      assertThatThrownBy(() -> new HomeReset(layout, true).run())
          .isInstanceOfSatisfying(
              FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.HOME_IN_USE));
    }
    assertThat(home.resolve("data/blockstore.db")).isDirectory();
    assertThat(home.resolve("data/cs.wal/wal")).exists();
  }

  @Test
  void dataFolderOutsideOfTheHomeIsNotTouched(@TempDir final Path other) throws Exception {
    Files.writeString(other.resolve("precious"), "x");
    write("config/config.toml", "db_dir = \"" + other + "\"\n");
    assertThatThrownBy(() -> new HomeReset(HomeLayout.read(home), true).run())
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION));
    assertThat(other.resolve("precious")).exists();
  }

  private void write(final String name, final String content) throws IOException {
    final Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
