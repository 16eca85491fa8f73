package dev.understudy.tools.archive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where things lie in an archive folder, and how its two kinds of list are read and written. The
 * format is described in docs/archive.md. Blocking; keeps nothing.
 */
final class ArchiveFolder {
  /** CometBFT lets no block past 100 MiB, so no transaction's base64 is longer than this. */
  private static final int MAX_STRING = 140 << 20;

  /** A list of some million bundles; more than this is something else. */
  private static final long MAX_LIST_BYTES = 1L << 30;

  /** For everything in this package: knows how long a transaction's text may get. */
  static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(MAX_STRING).build())
              .build());

  private final Path root;

  ArchiveFolder(final Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  Path root() {
    return root;
  }

  Path poolsFile() {
    return root.resolve("pools.json");
  }

  Path bundlesFile(final String poolId) {
    return root.resolve("bundles-" + poolId + ".json");
  }

  Path storage() {
    return root.resolve("storage");
  }

  Path genesisFile() {
    return root.resolve("genesis.json");
  }

  /** Pools by id, in the file's order, each as the REST answers it; empty without the file. */
  Map<String, ObjectNode> readPools() throws IOException {
    final Map<String, ObjectNode> pools = new LinkedHashMap<>();
    final Path file = poolsFile();
    if (!Files.exists(file)) {
      return pools;
    }
    requireListSize(file);
    final JsonNode tree = JSON.readTree(file.toFile());
    for (final Map.Entry<String, JsonNode> pool : tree.properties()) {
      if (!pool.getKey().matches("\\d{1,18}")
          || !(pool.getValue() instanceof ObjectNode value)
          || !value.path("pool").path("data").isObject()) {
        throw new IOException(file + ": entry '" + pool.getKey() + "' is not a pool");
      }
      pools.put(pool.getKey(), value);
    }
    return pools;
  }

  void writePools(final Map<String, ObjectNode> pools) throws IOException {
    final byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(pools);
    DurableFile.write(poolsFile(), out -> out.write(text));
  }

  /** Finalized bundles of a pool, oldest first; empty without the file. */
  List<ListedBundle> readBundles(final String poolId) throws IOException {
    final List<ListedBundle> bundles = new ArrayList<>();
    final Path file = bundlesFile(poolId);
    if (!Files.exists(file)) {
      return bundles;
    }
    requireListSize(file);
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException(file + " is not a JSON array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        final JsonNode bundle = parser.readValueAsTree();
        bundles.add(ListedBundle.of(bundle));
      }
    } catch (final IllegalArgumentException e) {
      throw new IOException(file + ": bundle " + bundles.size() + ": " + e.getMessage(), e);
    }
    return bundles;
  }

  void writeBundles(final String poolId, final List<ListedBundle> bundles) throws IOException {
    DurableFile.write(
        bundlesFile(poolId),
        out -> {
          byte[] before = "[\n".getBytes(StandardCharsets.US_ASCII);
          for (final ListedBundle bundle : bundles) {
            out.write(before);
            out.write(bundle.json());
            before = ",\n".getBytes(StandardCharsets.US_ASCII);
          }
          out.write((bundles.isEmpty() ? "[]\n" : "\n]\n").getBytes(StandardCharsets.US_ASCII));
        });
  }

  private static void requireListSize(final Path file) throws IOException {
    if (Files.size(file) > MAX_LIST_BYTES) {
      throw new IOException(file + " is longer than " + MAX_LIST_BYTES + " bytes");
    }
  }

  FailureException unwritable(final IOException e) {
    return new FailureException(
        FailureKind.DISK,
        "cannot write the archive " + root + ": " + e,
        "Look for free space and permissions, then run the same command again.",
        e);
  }
}
