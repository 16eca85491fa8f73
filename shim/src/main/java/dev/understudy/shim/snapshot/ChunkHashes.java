package dev.understudy.shim.snapshot;

import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.Hash;
import dev.understudy.types.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The hashes of its chunks that an SDK app writes into a snapshot's metadata (cosmos-sdk
 * store/snapshots/types: {@code Metadata{repeated bytes chunk_hashes = 1}}), so that a damaged
 * chunk is told before the app has it. Other apps put other things there.
 *
 * <pre>
 *   metadata: ( 0a 20 SHA-256 of a chunk )*     hash: SHA-256 of all chunks in a row
 * </pre>
 */
final class ChunkHashes {
  private static final int FIELD_1 = 0x0a;
  private static final int ENTRY = 2 + Hash.SIZE;

  private ChunkHashes() {}

  /**
   * Empty where the metadata has another form.
   *
   * @throws FailureException if it has this form but does not fit the snapshot
   */
  static Optional<List<Hash>> of(final Snapshot snapshot) throws FailureException {
    final byte[] metadata = snapshot.metadata().array();
    if (metadata.length == 0 || metadata.length % ENTRY != 0) {
      return Optional.empty();
    }
    final List<Hash> hashes = new ArrayList<>();
    for (int i = 0; i < metadata.length; i += ENTRY) {
      if (metadata[i] != FIELD_1 || metadata[i + 1] != Hash.SIZE) {
        return Optional.empty();
      }
      final byte[] hash = new byte[Hash.SIZE];
      System.arraycopy(metadata, i + 2, hash, 0, Hash.SIZE);
      hashes.add(Hash.wrap(hash));
    }
    if (hashes.size() != snapshot.chunks()) {
      throw SnapshotRefusal.of(
          snapshot.height(),
          "its metadata has the hashes of %d chunks, it says that it has %d"
              .formatted(hashes.size(), snapshot.chunks()));
    }
    if (hashes.size() == 1 && !snapshot.hash().equals(Bytes.wrap(hashes.get(0).array()))) {
      throw SnapshotRefusal.of(
          snapshot.height(),
          "its hash is %s, that of its only chunk %s".formatted(snapshot.hash(), hashes.get(0)));
    }
    return Optional.of(hashes);
  }
}
