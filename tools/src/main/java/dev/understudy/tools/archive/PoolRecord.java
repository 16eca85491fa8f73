package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** The record of a packed pool in pools.json, in the form of KYVE's pool query. */
final class PoolRecord {
  /** KYVE's own storage: ids are found under their base URL as they are. */
  static final String STORAGE_PROVIDER = "3";

  static final String GZIP = "1";

  private PoolRecord() {}

  static ObjectNode of(final BlockRuntime runtime, final String chainId, final BundleShape shape) {
    final ObjectNode answer = ArchiveFolder.JSON.createObjectNode();
    final ObjectNode pool = answer.putObject("pool");
    pool.put("id", runtime.poolId());
    pool.putObject("data")
        .put("id", runtime.poolId())
        .put("name", chainId + " // " + runtime.shortName())
        .put("runtime", runtime.fullName())
        .put("logo", "")
        // KYVE names the node here; one's own address has no business in an archive
        .put("config", ArchiveFolder.JSON.createObjectNode().put("network", chainId).toString())
        .put("start_key", "")
        .put("current_key", "")
        .put("current_summary", "")
        .put("current_index", "0")
        .put("total_bundles", "0")
        .put("max_bundle_size", Integer.toString(shape.items()))
        .put("disabled", false)
        .put("current_storage_provider_id", Integer.parseInt(STORAGE_PROVIDER))
        .put("current_compression_id", Integer.parseInt(GZIP))
        .put("end_key", "");
    return answer.put("status", "POOL_STATUS_ACTIVE");
  }

  /** The chain that a recorded pool holds; empty if the record does not say. */
  static String chainId(final ObjectNode pool) throws IOException {
    final JsonNode config =
        ArchiveFolder.JSON.readTree(pool.path("pool").path("data").path("config").asText());
    return config == null ? "" : config.path("network").asText();
  }

  static String runtime(final ObjectNode pool) {
    return pool.path("pool").path("data").path("runtime").asText();
  }
}
