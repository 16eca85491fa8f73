package dev.understudy.shim.snapshot;

import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import java.util.List;

/**
 * A chunk in memory.
 *
 * @param pieces in a row they are the chunk
 * @param hash SHA-256 of the chunk
 */
record SnapshotChunk(int index, long size, List<Bytes> pieces, Hash hash) {
  SnapshotChunk {
    pieces = List.copyOf(pieces);
  }
}
