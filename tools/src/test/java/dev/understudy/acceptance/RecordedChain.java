package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;

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

  /** The last height that can be synced: its block is proven by the one behind it. */
  long tip() {
    return manifest.get("last").asLong() - 1;
  }

  /** Starts the line's node on a home synced to the tip; it must find everything in place. */
  void assertOpens(final RealNode node) {
    node.start().waitForHeight(tip(), Duration.ofSeconds(60));
    HandshakeLog.of(node).assertOpenedWithoutReplay(tip());
    final RpcClient rpc = node.rpc();
    try {
      final byte[] hash = rpc.abciInfo().at("/response/last_block_app_hash").binaryValue();
      assertThat(HexFormat.of().withUpperCase().formatHex(hash))
          .isEqualTo(at(tip()).get("app_hash_after").asText());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    for (long height = 1; height <= tip(); height += 13) {
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

  private JsonNode at(final long height) {
    return manifest.get("heights").get(Long.toString(height));
  }
}
