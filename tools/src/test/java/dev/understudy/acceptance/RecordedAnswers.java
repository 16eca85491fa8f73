package dev.understudy.acceptance;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the recording node says of its chain, kept beside the archive: {@code manifest.json} with
 * the hashes of every height, {@code rpc/<route>-<height>.json} with raw answers of sample heights,
 * and {@code index.txt} with the names of the files that a jar ships (all but the answers).
 */
final class RecordedAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ROUTES =
      List.of("block", "commit", "validators", "consensus_params", "block_results");
  private static final int SAMPLES_OF_A_KIND = 2;

  /** BlockIDFlag of CometBFT: 1 absent, 2 commit, 3 nil. */
  private static final int ABSENT = 1;

  private static final int NIL = 3;

  private final RpcClient rpc;
  private final Path folder;
  private final long first;
  private final long last;

  RecordedAnswers(final RpcClient rpc, final Path folder, final long first, final long last) {
    this.rpc = rpc;
    this.folder = folder;
    this.first = first;
    this.last = last;
  }

  void write() throws IOException {
    writeManifest();
    Files.createDirectories(folder.resolve("rpc"));
    for (final long height : samples()) {
      for (final String route : ROUTES) {
        save(route, height, route + "?height=" + height);
      }
      final String query = RpcClient.quoted("tx.height=" + height);
      save("tx_search", height, "tx_search?per_page=100&query=" + query);
    }
    writeIndex();
  }

  private void save(final String route, final long height, final String call) throws IOException {
    Files.write(folder.resolve("rpc").resolve(route + "-" + height + ".json"), rpc.raw(call));
  }

  void writeManifest() throws IOException {
    try (JsonGenerator json =
        JSON.getFactory()
            .createGenerator(folder.resolve("manifest.json").toFile(), JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeObjectField("chain_id", rpc.status().at("/node_info/network"));
      json.writeNumberField("first", first);
      json.writeNumberField("last", last);
      json.writeObjectFieldStart("heights");
      JsonNode block = rpc.block(first);
      for (long height = first; height <= last; height++) {
        final JsonNode next = rpc.block(height + 1);
        final JsonNode header = block.at("/block/header");
        json.writeRaw('\n');
        json.writeObjectFieldStart(Long.toString(height));
        json.writeObjectField("block_hash", block.at("/block_id/hash"));
        json.writeObjectField("parts", block.at("/block_id/parts"));
        json.writeObjectField("app_hash_after", next.at("/block/header/app_hash"));
        json.writeObjectField("validators_hash", header.path("validators_hash"));
        json.writeObjectField("last_results_hash", header.path("last_results_hash"));
        json.writeNumberField("txs", block.at("/block/data/txs").size());
        json.writeEndObject();
        block = next;
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  /** The ends, and two of each kind: power changed, two parts, absent vote, nil vote, round > 0. */
  private SortedSet<Long> samples() {
    final SortedSet<Long> samples =
        new TreeSet<>(List.of(first, first + 1, first + 2, last - 2, last - 1));
    final int[] found = new int[5];
    for (long height = first + 1; height < last; height++) {
      final JsonNode block = rpc.block(height);
      final JsonNode header = block.at("/block/header");
      final JsonNode commit = rpc.commit(height).at("/signed_header/commit");
      final int parts = block.at("/block_id/parts/total").asInt();
      final boolean[] kinds = {
        !header.path("validators_hash").equals(header.path("next_validators_hash")),
        parts == 2,
        hasFlag(commit, ABSENT),
        hasFlag(commit, NIL),
        commit.path("round").asInt() > 0
      };
      for (int kind = 0; kind < kinds.length; kind++) {
        // answers with larger blocks would outweigh the archive
        if (kinds[kind] && parts <= 2 && found[kind] < SAMPLES_OF_A_KIND) {
          found[kind]++;
          samples.add(height);
        }
      }
    }
    return samples;
  }

  private static boolean hasFlag(final JsonNode commit, final int flag) {
    final Iterator<JsonNode> signatures = commit.path("signatures").elements();
    while (signatures.hasNext()) {
      if (signatures.next().path("block_id_flag").asInt() == flag) {
        return true;
      }
    }
    return false;
  }

  private void writeIndex() throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      Files.write(
          folder.resolve("index.txt"),
          tree.filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString())
              .filter(name -> !name.matches("rpc/.*|index\\.txt|.*\\.lock"))
              .sorted()
              .toList());
    }
  }
}
