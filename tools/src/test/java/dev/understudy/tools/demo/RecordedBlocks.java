package dev.understudy.tools.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.types.Address;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The first blocks of a chain that four real nodes (cometbft 0.38.25, kvstore) recorded: of each
 * block what FinalizeBlock tells the app, and the hashes that the next header committed to.
 */
final class RecordedBlocks {

  record Recorded(Block block, Hash hash, Bytes appHashAfter, Hash resultsHashAfter) {}

  private RecordedBlocks() {}

  static List<Recorded> load(final InputStream gzip) throws IOException {
    final ObjectMapper json = new ObjectMapper();
    final List<Recorded> blocks = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(gzip), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        blocks.add(recorded(json.readTree(line)));
      }
    }
    return blocks;
  }

  private static Recorded recorded(final JsonNode node) {
    final List<Bytes> txs = new ArrayList<>();
    node.get("txs").forEach(tx -> txs.add(Bytes.wrap(Base64.getDecoder().decode(tx.textValue()))));
    return new Recorded(
        new Block(header(node), txs, List.of(), Commit.EMPTY),
        Hash.fromHex(node.get("hash").textValue()),
        Bytes.fromHex(node.get("app_hash_after").textValue()),
        Hash.fromHex(node.get("results_hash_after").textValue()));
  }

  // the app is told nothing of the rest
  private static Header header(final JsonNode node) {
    return new Header(
        new ConsensusVersion(11, 1),
        "rig-kv-1",
        node.get("height").longValue(),
        Instant.parse(node.get("time").textValue()),
        BlockId.ZERO,
        Hash.EMPTY,
        Hash.EMPTY,
        Hash.EMPTY,
        Hash.fromHex(node.get("next_validators_hash").textValue()),
        Hash.EMPTY,
        Bytes.EMPTY,
        Hash.EMPTY,
        Hash.EMPTY,
        Address.fromHex(node.get("proposer").textValue()));
  }
}
