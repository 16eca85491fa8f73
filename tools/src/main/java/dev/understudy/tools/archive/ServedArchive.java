package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An archive folder as it stands now: every question looks whether the lists have changed and reads
 * them anew if so. What a pool says of its progress follows from its list of bundles, so the two
 * never contradict each other. Blocking; safe for many threads.
 */
final class ServedArchive {
  private final ArchiveFolder folder;
  private final Map<String, Loaded<List<ListedBundle>>> bundles = new HashMap<>();
  private @Nullable Loaded<Map<String, ObjectNode>> pools;

  /** What a file was when it was read; the file key changes when it is replaced. */
  private record Stamp(@Nullable Object key, long modified, long size) {
    static Stamp of(final Path file) throws IOException {
      try {
        final BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(is.fileKey(), is.lastModifiedTime().to(TimeUnit.NANOSECONDS), is.size());
      } catch (final NoSuchFileException e) {
        return new Stamp(null, 0, -1);
      }
    }
  }

  private record Loaded<T>(Stamp stamp, T content) {}

  ServedArchive(final ArchiveFolder folder) {
    this.folder = folder;
  }

  synchronized Collection<String> poolIds() throws IOException {
    return List.copyOf(pools().keySet());
  }

  synchronized boolean hasPool(final String poolId) throws IOException {
    return pools().containsKey(poolId);
  }

  /** The pool's answer with its progress as of the list of bundles. */
  synchronized ObjectNode pool(final String poolId) throws IOException {
    final ObjectNode recorded = pools().get(poolId);
    if (recorded == null) {
      throw new IllegalArgumentException("no pool " + poolId);
    }
    final ObjectNode pool = recorded.deepCopy();
    final List<ListedBundle> list = bundles(poolId);
    progress((ObjectNode) pool.get("pool").get("data"), list);
    return pool;
  }

  /** Oldest first; empty for a pool that is not here. The list is not to be changed. */
  synchronized List<ListedBundle> bundles(final String poolId) throws IOException {
    final Stamp stamp = Stamp.of(folder.bundlesFile(poolId));
    final Loaded<List<ListedBundle>> known = bundles.get(poolId);
    if (known != null && known.stamp.equals(stamp)) {
      return known.content;
    }
    final List<ListedBundle> read = List.copyOf(folder.readBundles(poolId));
    bundles.put(poolId, new Loaded<>(stamp, read));
    return read;
  }

  /** Sets the members of a pool that follow from its bundles. */
  static void progress(final ObjectNode data, final List<ListedBundle> list) throws IOException {
    data.put("total_bundles", Integer.toString(list.size()));
    if (list.isEmpty()) {
      data.put("current_key", "").put("current_summary", "").put("current_index", "0");
      return;
    }
    final JsonNode last = list.get(list.size() - 1).tree();
    data.put("current_key", last.path("to_key").asText())
        .put("current_summary", last.path("bundle_summary").asText())
        .put("current_index", last.path("to_index").asText());
  }

  private Map<String, ObjectNode> pools() throws IOException {
    final Stamp stamp = Stamp.of(folder.poolsFile());
    Loaded<Map<String, ObjectNode>> known = pools;
    if (known == null || !known.stamp.equals(stamp)) {
      known = new Loaded<>(stamp, folder.readPools());
      pools = known;
    }
    return known.content;
  }
}
