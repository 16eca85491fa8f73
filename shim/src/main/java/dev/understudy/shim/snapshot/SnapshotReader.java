package dev.understudy.shim.snapshot;

import dev.understudy.shim.source.BundleCursor;
import dev.understudy.shim.source.BundleRef;
import dev.understudy.shim.source.BundleSource;
import dev.understudy.shim.source.FetchedBundle;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Sha256;
import dev.understudy.types.json.ArchivedSnapshot;
import dev.understudy.types.json.JsonLimits;
import dev.understudy.types.json.MalformedJsonException;
import dev.understudy.types.json.SnapshotItem;
import dev.understudy.types.json.SnapshotJson;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.List;
import java.util.Optional;

/** Reads bundles of a snapshot pool. Any thread. */
final class SnapshotReader {
  /** A socket's frame has 2 GiB at most; SDK apps make chunks of 10 MB. */
  private static final long MOST_CHUNK_BYTES = 2_000_000_000;

  private final BundleSource source;
  private final SnapshotJson json;

  SnapshotReader(final BundleSource source, final EngineLine line) {
    this.source = source;
    this.json = new SnapshotJson(line, JsonLimits.ARCHIVE, MOST_CHUNK_BYTES);
  }

  /** What the first chunk's item says of the snapshot, that chunk's size and SHA-256. */
  record Head(ArchivedSnapshot snapshot, long chunkBytes, Hash chunkHash) {}

  Head head(final BundleRef first) throws FailureException, InterruptedException {
    try (BundleCursor cursor = source.fetch(List.of(first));
        FetchedBundle bundle = taken(cursor, first)) {
      final DigestOutputStream digest =
          new DigestOutputStream(OutputStream.nullOutputStream(), Sha256.newDigest());
      final SnapshotItem item = item(bundle, digest);
      requireKey(first, item, 0);
      final ArchivedSnapshot snapshot =
          item.head()
              .orElseThrow(
                  () ->
                      SnapshotRefusal.of(
                          first.firstHeight(),
                          first.label() + " has a chunk but no description of the snapshot"));
      return new Head(snapshot, item.chunkBytes(), Hash.wrap(digest.getMessageDigest().digest()));
    }
  }

  /** A single chunk, once more. */
  SnapshotChunk chunk(final BundleRef ref, final int index)
      throws FailureException, InterruptedException {
    try (BundleCursor cursor = source.fetch(List.of(ref));
        FetchedBundle bundle = taken(cursor, ref)) {
      return chunk(bundle, index);
    }
  }

  private static FetchedBundle taken(final BundleCursor cursor, final BundleRef ref)
      throws FailureException, InterruptedException {
    final Optional<FetchedBundle> bundle = cursor.next();
    return bundle.orElseThrow(
        () ->
            new FailureException(
                FailureKind.ARCHIVE,
                ref.label() + " was not fetched: the source was closed",
                "Run the same command again."));
  }

  /** The chunk in a fetched bundle, which must be the one with this number. */
  SnapshotChunk chunk(final FetchedBundle bundle, final int index) throws FailureException {
    final ChunkPieces pieces = new ChunkPieces();
    final SnapshotItem item = item(bundle, pieces);
    requireKey(bundle.ref(), item, index);
    return pieces.chunk(index);
  }

  private SnapshotItem item(final FetchedBundle bundle, final OutputStream chunk)
      throws FailureException {
    try (InputStream in = bundle.open()) {
      return json.read(in, chunk);
    } catch (final MalformedJsonException e) {
      throw bundle.named(e);
    } catch (final IOException e) {
      throw bundle.named(e);
    }
  }

  private static void requireKey(final BundleRef ref, final SnapshotItem item, final int index)
      throws FailureException {
    if (ref.fromKey().chunk() != index || ref.toKey().chunk() != index) {
      throw SnapshotRefusal.of(
          ref.firstHeight(),
          "%s holds chunks %d to %d where chunk %d belongs"
              .formatted(ref.label(), ref.fromKey().chunk(), ref.toKey().chunk(), index));
    }
    if (item.height() != ref.firstHeight() || item.chunk() != index) {
      throw SnapshotRefusal.of(
          ref.firstHeight(),
          "%s holds chunk %d of height %d, listed is chunk %d of height %d"
              .formatted(ref.label(), item.chunk(), item.height(), index, ref.firstHeight()));
    }
    if (item.chunkBytes() == 0) {
      throw SnapshotRefusal.of(ref.firstHeight(), "%s holds an empty chunk".formatted(ref.label()));
    }
  }
}
