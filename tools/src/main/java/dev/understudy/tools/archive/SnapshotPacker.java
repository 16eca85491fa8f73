package dev.understudy.tools.archive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.Sha256;
import dev.understudy.types.Snapshot;
import dev.understudy.types.json.JsonOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Packs an app's snapshots into pool 2 of an archive folder, one chunk a bundle, in the form of
 * {@code @kyvejs/tendermint-ssync}. Goes on behind the last snapshot that is packed whole. A
 * snapshot is in the list only after all of its chunks are on the disk. A second packer in the same
 * folder is refused.
 */
public final class SnapshotPacker {
  private static final String POOL = "2";
  private static final String RUNTIME = "@kyvejs/tendermint-ssync";

  private final ArchiveFolder folder;
  private final Clock clock;
  private final Listener listener;
  private List<ListedBundle> bundles = List.of();

  /** Told of each snapshot that is packed. */
  @FunctionalInterface
  public interface Listener {
    void packed(long height, int chunks, long storedBytes);
  }

  public SnapshotPacker(final Path out, final Clock clock, final Listener listener) {
    this.folder = new ArchiveFolder(out);
    this.clock = clock;
    this.listener = listener;
  }

  /** Packs what the origin has above the last packed height; returns how many snapshots. */
  public int pack(final SnapshotOrigin origin) throws FailureException, InterruptedException {
    try {
      Files.createDirectories(folder.storage());
      try (PackLock lock = PackLock.hold(folder)) {
        bundles = folder.readBundles(POOL);
        return origin.packAbove(lastHeight(), this::take);
      }
    } catch (final IOException e) {
      throw folder.unwritable(e);
    }
  }

  private long lastHeight() throws IOException {
    return bundles.isEmpty()
        ? 0
        : Long.parseLong(
            bundles.get(bundles.size() - 1).tree().path("to_key").asText().split("/", 2)[0]);
  }

  private void take(final SnapshotOrigin.Packable snapshot)
      throws FailureException, InterruptedException {
    final long height = snapshot.snapshot().height();
    final int count = snapshot.snapshot().chunks();
    final List<ListedBundle> longer = new ArrayList<>(bundles);
    long stored = 0;
    try {
      for (int i = 0; i < count; i++) {
        final Stored file = store(snapshot.bundle(i));
        longer.add(entry(longer.size(), height, i, snapshot.snapshot(), file.hash()));
        stored += file.bytes();
      }
      folder.writeBundles(POOL, longer);
      bundles = longer;
      describe(snapshot.chainId());
    } catch (final IOException e) {
      throw folder.unwritable(e);
    }
    listener.packed(height, count, stored);
  }

  private record Stored(String hash, long bytes) {}

  private Stored store(final SnapshotOrigin.Text bundle) throws IOException {
    final Path part = folder.storage().resolve("pool-" + POOL + DurableFile.UNFINISHED);
    final MessageDigest digest = Sha256.newDigest();
    final long bytes =
        DurableFile.writePart(
            part,
            file -> {
              final GZIPOutputStream gzip =
                  new GZIPOutputStream(new DigestOutputStream(file, digest), 1 << 16);
              final JsonOutput out = new JsonOutput(gzip);
              bundle.write(out);
              out.flush();
              gzip.finish();
              gzip.flush();
            });
    final String hash = HexFormat.of().formatHex(digest.digest());
    DurableFiles.publish(part, folder.storage().resolve(hash));
    return new Stored(hash, bytes);
  }

  private ListedBundle entry(
      final int id,
      final long height,
      final int index,
      final Snapshot snapshot,
      final String hash) {
    final String key = height + "/" + index;
    final ObjectNode entry =
        ArchiveFolder.JSON
            .createObjectNode()
            .put("pool_id", POOL)
            .put("id", Integer.toString(id))
            .put("storage_id", hash)
            .put("uploader", "")
            .put("from_index", Integer.toString(id))
            .put("to_index", Integer.toString(id + 1))
            .put("from_key", key)
            .put("to_key", key)
            .put(
                "bundle_summary",
                "%d/%d/%d/%d".formatted(height, snapshot.format(), index, snapshot.chunks()))
            .put("data_hash", hash);
    // no chain finalized this bundle, so there is neither a height nor a stake to name
    entry
        .putObject("finalized_at")
        .put("height", "0")
        .put("timestamp", Long.toString(clock.instant().getEpochSecond()));
    entry
        .put("storage_provider_id", PoolRecord.STORAGE_PROVIDER)
        .put("compression_id", PoolRecord.GZIP)
        .putNull("stake_security");
    return ListedBundle.of(entry);
  }

  private void describe(final String chainId) throws IOException {
    final Map<String, ObjectNode> pools = folder.readPools();
    final ObjectNode answer = ArchiveFolder.JSON.createObjectNode();
    final ObjectNode pool = answer.putObject("pool");
    final ObjectNode data =
        pool.put("id", POOL)
            .putObject("data")
            .put("id", POOL)
            .put("name", chainId + " // ssync")
            .put("runtime", RUNTIME)
            .put("logo", "")
            .put("config", ArchiveFolder.JSON.createObjectNode().put("network", chainId).toString())
            .put("start_key", bundles.get(0).tree().path("from_key").asText())
            .put("max_bundle_size", "1")
            .put("disabled", false)
            .put("current_storage_provider_id", Integer.parseInt(PoolRecord.STORAGE_PROVIDER))
            .put("current_compression_id", Integer.parseInt(PoolRecord.GZIP))
            .put("end_key", "");
    ServedArchive.progress(data, bundles);
    answer.put("status", "POOL_STATUS_ACTIVE");
    pools.put(POOL, answer);
    folder.writePools(pools);
  }
}
