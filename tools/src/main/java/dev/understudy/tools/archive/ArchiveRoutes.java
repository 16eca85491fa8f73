package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the answer to a request's path: KYVE's chain REST as far as a sync asks for it, and storage
 * in the path forms of all providers. Blocking; safe for many threads.
 */
final class ArchiveRoutes {
  private static final Pattern POOL = Pattern.compile("/kyve/query/v1beta1/pool/([^/]+)");
  private static final Pattern BUNDLES = Pattern.compile("/kyve/v1/bundles/([^/]+)(?:/([^/]+))?");

  /** Straight (Arweave, Turbo, KYVE's own), Load's resolve and Walrus's blobs. */
  private static final Pattern STORED =
      Pattern.compile("(?:/storage)?(?:/resolve|/v1/blobs)?/([A-Za-z0-9_-]{1,128})");

  private static final ObjectMapper JSON = ArchiveFolder.JSON;

  private final ArchiveFolder folder;
  private final ServedArchive archive;

  ArchiveRoutes(final ArchiveFolder folder) {
    this.folder = folder;
    this.archive = new ServedArchive(folder);
  }

  /**
   * @param path as sent, not decoded: no path of ours needs decoding, and dots stay harmless
   * @param parameters of the query, decoded; null for those that were not sent
   */
  Answer answer(final String path, final Function<String, @Nullable String> parameters)
      throws IOException {
    final String plain = path.replaceAll("/{2,}", "/");
    try {
      final Matcher pool = POOL.matcher(plain);
      if (pool.matches()) {
        return pool(number("id", pool.group(1)));
      }
      if (plain.equals("/kyve/query/v1beta1/pools")) {
        return pools();
      }
      final Matcher bundles = BUNDLES.matcher(plain);
      if (bundles.matches()) {
        final String poolId = number("pool_id", bundles.group(1));
        return bundles.group(2) == null
            ? BundlePage.of(archive.bundles(poolId), parameters)
            : bundle(poolId, number("id", bundles.group(2)));
      }
    } catch (final BadParameter e) {
      return Answer.error(3, e.getMessage());
    }
    final Matcher stored = STORED.matcher(plain);
    if (stored.matches()) {
      return stored(stored.group(1));
    }
    return plain.startsWith("/storage/")
        ? Answer.error(5, "no such storage id")
        : Answer.error(12, "Not Implemented");
  }

  private Answer pool(final String poolId) throws IOException {
    return archive.hasPool(poolId)
        ? new Answer.Json(200, archive.pool(poolId).toString())
        : Answer.error(5, "pool not found");
  }

  private Answer pools() throws IOException {
    final ObjectNode body = JSON.createObjectNode();
    final ArrayNode pools = body.putArray("pools");
    for (final String poolId : archive.poolIds()) {
      pools.add(archive.pool(poolId).get("pool"));
    }
    body.putObject("pagination").putNull("next_key").put("total", Integer.toString(pools.size()));
    return new Answer.Json(200, body.toString());
  }

  private Answer bundle(final String poolId, final String bundleId) throws IOException {
    final List<ListedBundle> list = archive.bundles(poolId);
    final long id = Long.parseLong(bundleId);
    return id < list.size()
        ? new Answer.Json(200, list.get((int) id).text())
        : Answer.error(5, "key not found");
  }

  private Answer stored(final String storageId) throws IOException {
    final Path file = folder.storage().resolve(storageId);
    return Files.isRegularFile(file)
        ? new Answer.Stored(file, Files.size(file))
        : Answer.error(5, "no such storage id");
  }

  /** The text of a number in the path, without leading zeros. */
  private static String number(final String parameter, final String text) throws BadParameter {
    if (!text.matches("\\d{1,18}")) {
      throw new BadParameter(
          "type mismatch, parameter: "
              + parameter
              + ", error: strconv.ParseUint: parsing \""
              + text
              + "\": invalid syntax");
    }
    return Long.toString(Long.parseLong(text));
  }
}
