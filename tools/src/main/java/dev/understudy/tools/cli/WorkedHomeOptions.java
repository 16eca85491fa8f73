package dev.understudy.tools.cli;

import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The home that a command works on, and {@code --db-backend}, which stands for the node's own flag.
 */
final class WorkedHomeOptions {
  @Option(
      names = {"-h", "--home"},
      paramLabel = "DIR",
      description = "The node's home, made by the node's own init command.")
  private @Nullable Path home;

  @Option(
      names = "--db-backend",
      paramLabel = "BACKEND",
      description =
          "goleveldb, cleveldb, rocksdb or pebbledb, for a node that is started with its own"
              + " --db_backend (default: config.toml's db_backend, then the line's default).")
  private @Nullable String dbBackend;

  Optional<String> dbBackend() {
    return Optional.ofNullable(dbBackend);
  }

  /** The home with the backend in place of config.toml's. */
  HomeLayout layout() throws FailureException {
    return HomeLayout.read(HomeOption.require(home), dbBackend());
  }
}
