package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pool of an archive while it is packed: its list so far and the bundle in work. A bundle is in
 * the list only after its file is on the disk, so whatever the list names is there. One thread.
 */
final class PackedPool implements Closeable {
  private final BlockRuntime runtime;
  private final ArchiveFolder folder;
  private final BundleShape shape;
  private final Clock clock;
  private final PackListener listener;
  private final List<ListedBundle> bundles;
  private long next;
  private @Nullable BundleFile open;
  private int written;
  private boolean unsaved;

  PackedPool(
      final BlockRuntime runtime,
      final ArchiveFolder folder,
      final BundleShape shape,
      final Clock clock,
      final PackListener listener)
      throws IOException {
    this.runtime = runtime;
    this.folder = folder;
    this.shape = shape;
    this.clock = clock;
    this.listener = listener;
    this.bundles = new ArrayList<>(folder.readBundles(runtime.poolId()));
    if (!bundles.isEmpty()) {
      this.next = bundles.get(bundles.size() - 1).tree().path("to_key").asLong() + 1;
    }
  }

  BlockRuntime runtime() {
    return runtime;
  }

  boolean isEmpty() {
    return bundles.isEmpty();
  }

  /** The height that comes next; 0 as long as nobody said where to begin. */
  long next() {
    return next;
  }

  void beginAt(final long height) {
    next = height;
  }

  /** The first height packed, or to be packed. */
  long startHeight() throws IOException {
    return bundles.isEmpty() ? next : bundles.get(0).tree().path("from_key").asLong();
  }

  int written() {
    return written;
  }

  /** Takes the height if it is the next one; another pool may be behind this one. */
  void append(final HeightText height) throws IOException {
    if (height.height() != next) {
      return;
    }
    BundleFile file = open;
    if (file == null) {
      file = new BundleFile(folder.storage(), runtime.poolId());
      open = file;
    }
    file.append(runtime, height);
    next++;
    if (file.items() >= shape.items() || file.rawBytes() >= shape.bytes()) {
      finishBundle();
    }
  }

  /** Closes the bundle in work, if there is one; it is listed with the next {@link #save}. */
  void finishBundle() throws IOException {
    final BundleFile file = open;
    if (file == null) {
      return;
    }
    final BundleFile.Finished finished = file.finish();
    open = null;
    final long id = bundles.size();
    bundles.add(ListedBundle.of(entry(id, file, finished)));
    written++;
    unsaved = true;
    listener.bundlePacked(
        runtime, id, file.fromHeight(), file.toHeight(), file.rawBytes(), finished.bytes());
  }

  /** Writes the list if it has grown; true if so. */
  boolean save() throws IOException {
    if (!unsaved) {
      return false;
    }
    folder.writeBundles(runtime.poolId(), bundles);
    unsaved = false;
    return true;
  }

  /** Brings the pool's own record to the state of its list. */
  void describe(final ObjectNode pool) throws IOException {
    final ObjectNode data = (ObjectNode) pool.get("pool").get("data");
    data.put("start_key", next == 0 ? "" : Long.toString(startHeight()));
    ServedArchive.progress(data, bundles);
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private JsonNode entry(final long id, final BundleFile file, final BundleFile.Finished finished) {
    final long from = bundles.isEmpty() ? 0 : bundles.get(bundles.size() - 1).toIndex();
    final String root =
        ArchiveFolder.JSON.createObjectNode().put("merkle_root", finished.merkleRoot()).toString();
    final ObjectNode entry =
        ArchiveFolder.JSON
            .createObjectNode()
            .put("pool_id", runtime.poolId())
            .put("id", Long.toString(id))
            .put("storage_id", finished.storageId())
            .put("uploader", "")
            .put("from_index", Long.toString(from))
            .put("to_index", Long.toString(from + file.items()))
            .put("from_key", Long.toString(file.fromHeight()))
            .put("to_key", Long.toString(file.toHeight()))
            .put("bundle_summary", root)
            .put("data_hash", finished.dataHash());
    // no chain finalized this bundle, so there is neither a height nor a stake to name
    entry
        .putObject("finalized_at")
        .put("height", "0")
        .put("timestamp", Long.toString(clock.instant().getEpochSecond()));
    return entry
        .put("storage_provider_id", PoolRecord.STORAGE_PROVIDER)
        .put("compression_id", PoolRecord.GZIP)
        .putNull("stake_security");
  }
}
