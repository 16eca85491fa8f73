package dev.understudy.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads the databases of stopped nodes with goleveldb, read-only. Keys are Go string literals
 * without quotes: {@code H:12} as it is, other bytes as {@code \x01}.
 */
public final class DbDump {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path program = RealNodes.binary(RealBinary.DBDUMP);

  /** Which side has a key, when the sides are not equal. */
  public enum Where {
    ONLY_LEFT,
    ONLY_RIGHT,
    DIFFERS
  }

  /**
   * One key that is not the same on both sides. Values up to 64 bytes are literals, longer ones are
   * told by size and digest, missing ones are empty.
   */
  public record Difference(String key, Where where, String left, String right) {}

  /** What a comparison found: how many keys are equal, and every one that is not. */
  public record Comparison(long same, List<Difference> differences) {
    public Comparison {
      differences = List.copyOf(differences);
    }
  }

  /** One key with the size and SHA-256 of its value. */
  public record Entry(String key, long size, String sha256) {}

  /** All keys and values of a database in three numbers. */
  public record Sum(long keys, long bytes, String sha256) {}

  /** Compares two databases key by key and value by value. */
  public Comparison compare(final Path left, final Path right) {
    final List<JsonNode> lines = run("compare", left.toString(), right.toString());
    final List<Difference> differences = new ArrayList<>();
    for (final JsonNode line : lines.subList(0, lines.size() - 1)) {
      differences.add(
          new Difference(
              line.path("key").asText(),
              Where.valueOf(line.path("where").asText()),
              line.path("left").asText(),
              line.path("right").asText()));
    }
    return new Comparison(lines.get(lines.size() - 1).path("same").asLong(), differences);
  }

  /** Every key that starts with the prefix, in order. */
  public List<Entry> list(final Path database, final String prefix) {
    return run("list", database.toString(), prefix).stream()
        .map(
            line ->
                new Entry(
                    line.path("key").asText(),
                    line.path("size").asLong(),
                    line.path("sha256").asText()))
        .toList();
  }

  public Optional<byte[]> get(final Path database, final String key) {
    final JsonNode line = run("get", database.toString(), key).get(0);
    return line.path("found").asBoolean()
        ? Optional.of(HexFormat.of().parseHex(line.path("hex").asText()))
        : Optional.empty();
  }

  /** Reads every key and value once. */
  public Sum sum(final Path database) {
    final JsonNode line = run("sum", database.toString()).get(0);
    return new Sum(
        line.path("keys").asLong(), line.path("bytes").asLong(), line.path("sha256").asText());
  }

  private List<JsonNode> run(final String... arguments) {
    final List<JsonNode> lines = new ArrayList<>();
    try {
      for (final String line : Command.output(program, arguments).lines().toList()) {
        lines.add(JSON.readTree(line));
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
