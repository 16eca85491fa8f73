package dev.understudy.tools.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** The block pools of KYVE's main network, by the id of the chain that they archive. */
final class KnownPools {
  private static final int GZIP_MAGIC = 0x1f;

  private static final Map<String, Long> BLOCK_POOLS =
      Map.ofEntries(
          Map.entry("cosmoshub-4", 0L),
          Map.entry("osmosis-1", 1L),
          Map.entry("archway-1", 2L),
          Map.entry("axelar-dojo-1", 3L),
          Map.entry("cronosmainnet_25-1", 5L),
          Map.entry("noble-1", 7L),
          Map.entry("celestia", 9L),
          Map.entry("source-1", 11L),
          Map.entry("dydx-mainnet-1", 13L),
          Map.entry("andromeda-1", 14L),
          Map.entry("xion-mainnet-1", 16L),
          Map.entry("lava-mainnet-1", 18L));

  private KnownPools() {}

  static long blockPoolOf(final Path genesisFile) throws FailureException {
    final String chainId = chainId(genesisFile);
    final Long pool = BLOCK_POOLS.get(chainId);
    if (pool == null) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "no block pool is known for chain '%s'".formatted(chainId),
          "Give --block-pool-id.");
    }
    return pool;
  }

  private static String chainId(final Path genesisFile) throws FailureException {
    try (InputStream stream = open(genesisFile);
        JsonParser parser = new JsonFactory().createParser(stream)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (depth == 1
            && token == JsonToken.VALUE_STRING
            && "chain_id".equals(parser.currentName())) {
          return parser.getText();
        }
      }
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the genesis file can't be read: " + genesisFile + ": " + e.getMessage(),
          "Put the chain's genesis file there (genesis_file in config.toml names the place).",
          e);
    }
    throw new FailureException(
        FailureKind.CONFIGURATION,
        "the genesis file names no chain_id: " + genesisFile,
        "Put the chain's genesis file there.");
  }

  private static InputStream open(final Path file) throws IOException {
    final BufferedInputStream stream = new BufferedInputStream(Files.newInputStream(file));
    stream.mark(1);
    final int first = stream.read();
    stream.reset();
    return first == GZIP_MAGIC ? new GZIPInputStream(stream) : stream;
  }
}
