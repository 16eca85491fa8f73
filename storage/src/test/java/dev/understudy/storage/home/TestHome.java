package dev.understudy.storage.home;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.leveldb.LevelDbDirectory;
import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A home as a node leaves it: config.toml and four sealed databases with one key each. */
final class TestHome {
  static final byte[] KEY = "key".getBytes(UTF_8);

  private TestHome() {}

  static HomeLayout withoutDatabases(final Path home) throws IOException, FailureException {
    Files.createDirectories(home.resolve("config"));
    Files.createDirectories(home.resolve("data"));
    Files.writeString(HomeLayout.configFile(home), "db_backend = \"goleveldb\"\n");
    return HomeLayout.read(home);
  }

  static HomeLayout ofANode(final Path home) throws IOException, FailureException {
    final HomeLayout layout = withoutDatabases(home);
    for (final DatabaseId id : DatabaseId.values()) {
      makeDatabase(layout.database(id), id.id());
    }
    return layout;
  }

  static void makeDatabase(final Path directory, final String value) throws FailureException {
    try (LevelDbStore store = LevelDbStore.open(directory)) {
      store.write(new Batch().put(KEY, value.getBytes(UTF_8)), true);
    }
    LevelDbDirectory.seal(directory);
  }

  /** Every file below the home with its content. */
  static Map<String, String> content(final Path home) throws IOException {
    final Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (final Path file : files.toList()) {
        content.put(
            home.relativize(file).toString(),
            Files.isDirectory(file)
                ? "folder"
                : Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
      }
    }
    return content;
  }
}
