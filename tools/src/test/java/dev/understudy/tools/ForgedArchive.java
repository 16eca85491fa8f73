package dev.understudy.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import dev.understudy.types.wire.Hashes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Changes blocks of an archive's pool 0 and makes its bundles consistent again. */
record ForgedArchive(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ForgedArchive of(final RecordedChain chain) {
    return new ForgedArchive(chain.archive());
  }

  /** Puts another transaction first; the header's data hash follows only on demand. */
  void swapTransaction(final long height, final boolean fixDataHash) throws IOException {
    final Path list = folder.resolve("bundles-0.json");
    final ArrayNode bundles = (ArrayNode) JSON.readTree(list.toFile());
    for (final JsonNode bundle : bundles) {
      if (bundle.get("from_key").asLong() <= height && height <= bundle.get("to_key").asLong()) {
        forge((ObjectNode) bundle, height, fixDataHash);
      }
    }
    Files.write(list, JSON.writeValueAsBytes(bundles));
  }

  private void forge(final ObjectNode bundle, final long height, final boolean fixDataHash)
      throws IOException {
    final Path file = folder.resolve("storage").resolve(bundle.get("storage_id").textValue());
    final JsonNode items;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      items = JSON.readTree(in);
    }
    for (final JsonNode item : items) {
      if (item.get("key").asLong() == height) {
        swap(item.get("value"), fixDataHash);
      }
    }
    final ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(stored)) {
      gzip.write(JSON.writeValueAsBytes(items));
    }
    Files.write(file, stored.toByteArray());
    bundle.put("data_hash", HexFormat.of().formatHex(Hash.sha256(stored.toByteArray()).array()));
    bundle.put("bundle_summary", "");
  }

  private static void swap(final JsonNode block, final boolean fixDataHash) {
    final ArrayNode txs = (ArrayNode) block.get("data").get("txs");
    txs.set(0, Base64.getEncoder().encodeToString("forged=1".getBytes(StandardCharsets.US_ASCII)));
    if (fixDataHash) {
      final List<Bytes> decoded = new ArrayList<>();
      txs.forEach(tx -> decoded.add(Bytes.wrap(Base64.getDecoder().decode(tx.textValue()))));
      ((ObjectNode) block.get("header")).put("data_hash", Hashes.dataHash(decoded).toString());
    }
  }
}
