package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A chain that ships as test data, with what its recording nodes said of every height. */
final class RecordedChain {
  private static final Path CHAINS =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "chains");

  private final Path folder;
  private final JsonNode manifest;

  private RecordedChain(final Path folder, final JsonNode manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  static RecordedChain of(final String name) {
    final Path folder = CHAINS.resolve(name);
    try {
      final JsonNode manifest =
          new ObjectMapper().readTree(folder.resolve("manifest.json").toFile());
      return new RecordedChain(folder, manifest);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The archive's folder. */
  Path folder() {
    return folder;
  }

  Path genesis() {
    return folder.resolve("genesis.json");
  }

  /** The height of the first block. */
  long first() {
    return manifest.get("first").asLong();
  }

  /** The last height that can be synced: its block is proven by the one behind it. */
  long tip() {
    return manifest.get("last").asLong() - 1;
  }

  /** Starts the line's node on a home synced to the tip; it must find everything in place. */
  void assertOpens(final RealNode node) {
    node.start().waitForHeight(tip());
    HandshakeLog.of(node).assertOpenedWithoutReplay(tip());
    final RpcClient rpc = node.rpc();
    try {
      final byte[] hash = rpc.abciInfo().at("/response/last_block_app_hash").binaryValue();
      assertThat(HexFormat.of().withUpperCase().formatHex(hash))
          .isEqualTo(at(tip()).get("app_hash_after").asText());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    for (long height = first(); height <= tip(); height += 13) {
      final JsonNode recorded = at(height);
      assertThat(rpc.block(height).at("/block_id/hash").asText())
          .isEqualTo(recorded.get("block_hash").asText());
      final int txs = recorded.get("txs").asInt();
      assertThat(rpc.blockResults(height).path("txs_results"))
          .as("results of %d", height)
          .hasSize(txs);
      assertThat(rpc.txsAt(height).path("total_count").asInt())
          .as("txs found at %d", height)
          .isEqualTo(txs);
    }
  }

  /**
   * What the home holds of the blocks' results is what a recording node held: the records that
   * depend on the real app, and so on no test of the project's own apps.
   */
  void assertResults(final NodeHome home) {
    final Map<String, String> recorded = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(folder.resolve("records.txt.gz"))),
                StandardCharsets.US_ASCII))) {
      lines
          .lines()
          .map(line -> line.split(" ", -1))
          .forEach(words -> recorded.put(words[0] + " " + words[1], words[2]));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    final List<DbDump.Entry> results =
        new DbDump().list(home.database("state"), "abciResponsesKey:");
    assertThat(results).hasSize((int) (tip() - first() + 1));
    for (final DbDump.Entry entry : results) {
      final String key = HexFormat.of().formatHex(PlainKey.unquoted(entry.key()));
      assertThat(entry.sha256()).as(entry.key()).isEqualTo(recorded.get("state " + key));
    }
  }

  private JsonNode at(final long height) {
    return manifest.get("heights").get(Long.toString(height));
  }
}
