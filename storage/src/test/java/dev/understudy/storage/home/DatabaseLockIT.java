package dev.understudy.storage.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseLockIT {
  private final Path database;

  DatabaseLockIT(@TempDir final Path database) throws IOException {
    this.database = database;
    Files.createFile(database.resolve("LOCK"));
  }

  @Test
  void databaseHeldByFlockIsInUse() throws Exception {
    try (LockHolder node = LockHolder.flock(database.resolve("LOCK"))) {
      assertThat(node.pid()).isPositive();
      assertInUse(database);
    }
    DatabaseLock.acquire(database).close();
  }

  @Test
  void databaseHeldByFcntlIsInUseAndItsHolderIsNamed() throws Exception {
    try (LockHolder node = LockHolder.fcntl(database.resolve("LOCK"))) {
      assertThatThrownBy(() -> DatabaseLock.acquire(database))
          .hasMessageContaining("process " + node.pid());
      assertInUse(database);
    }
    DatabaseLock.acquire(database).close();
  }

  @Test
  void heldDatabaseIsClosedToBothKindsOfOthers() throws Exception {
    try (DatabaseLock lock = DatabaseLock.acquire(database)) {
      assertThatThrownBy(() -> LockHolder.flock(database.resolve("LOCK")))
          .isInstanceOf(IOException.class);
      assertThat(lock).isNotNull();
      assertInUse(database);
    }
    LockHolder.flock(database.resolve("LOCK")).close();
  }

  @Test
  void lockOutlivesLevelDbsOwnAndFollowsARename() throws Exception {
    final Path working = database.resolveSibling(database.getFileName() + ".unsealed");
    try (DatabaseLock lock = DatabaseLock.acquire(database)) {
      LevelDbStore.open(database).close();
      Files.move(database, working);
      try {
        assertThatThrownBy(() -> LockHolder.flock(working.resolve("LOCK")))
            .isInstanceOf(IOException.class);
        assertInUse(working);
      } finally {
        Files.move(working, database);
      }
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void closingTwiceDoesNotFreeSomebodyElsesLock() throws Exception {
    final DatabaseLock first = DatabaseLock.acquire(database);
    first.close();
    try (DatabaseLock second = DatabaseLock.acquire(database)) {
      first.close();
      assertThat(second).isNotNull();
      assertInUse(database);
    }
  }

  private static void assertInUse(final Path database) {
    assertThatThrownBy(() -> DatabaseLock.acquire(database))
        .hasMessageContaining(database.toString())
        .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
        .extracting(FailureException::kind)
        .isEqualTo(FailureKind.HOME_IN_USE);
  }
}
