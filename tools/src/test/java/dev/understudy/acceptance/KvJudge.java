package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A database in a folder, opened through cometbft-db as a node of 1.0.1 opens it: Pebble, as well
 * as goleveldb.
 */
final class KvJudge {
  private static final Duration TIME = Duration.ofMinutes(2);

  private final Path program = RealNodes.binary(RealBinary.KVJUDGE);
  private final String backend;
  private final Path database;

  /**
   * @param database ends in {@code .db}
   */
  KvJudge(final String backend, final Path database) {
    this.backend = backend;
    this.database = database;
  }

  /** Reads every key and value once. */
  DbDump.Sum sum() {
    try {
      final List<String> lines = Command.output(program, arguments("sum")).lines().toList();
      // Pebble says what it does, too
      final JsonNode line = new ObjectMapper().readTree(lines.get(lines.size() - 1));
      return new DbDump.Sum(
          line.path("keys").asLong(), line.path("bytes").asLong(), line.path("sha256").asText());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void compact() {
    Command.output(program, arguments("compact"));
  }

  /** Puts, overwrites and deletes, then closes in order. */
  void fill(final int from, final int to) {
    Command.output(program, arguments("fill", Integer.toString(from), Integer.toString(to)));
  }

  /** The same, ended by SIGKILL with the database open. */
  void fillAndDie(final int from, final int to) {
    final List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(
        List.of(arguments("fill", Integer.toString(from), Integer.toString(to), "kill")));
    try {
      final Path log = Files.createTempFile("kvjudge", ".log");
      final Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        if (!process.waitFor(TIME.toMillis(), TimeUnit.MILLISECONDS)
            || process.exitValue() != 128 + 9) {
          throw new IOException(command + " did not die as told: " + Files.readString(log));
        }
      } finally {
        process.destroyForcibly();
        Files.delete(log);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String[] arguments(final String verb, final String... more) {
    final String name = database.getFileName().toString().replaceFirst("\\.db$", "");
    final List<String> all =
        new ArrayList<>(List.of(verb, backend, database.resolveSibling("").toString(), name));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
