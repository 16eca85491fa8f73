package dev.understudy.types.wire;

import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.Part;
import dev.understudy.types.Part.MerkleProof;
import dev.understudy.types.PartSet;
import dev.understudy.types.PartSetHeader;
import dev.understudy.types.merkle.MerkleTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a block's bytes into parts (types/part_set.go: NewPartSetFromData). */
public final class PartSets {
  private PartSets() {}

  /** Encodes the block straight into parts: its bytes are never in memory twice. */
  public static PartSet of(final Block block) {
    final dev.understudy.types.wire.proto.Block wire = BlockCodec.toWire(block);
    final SliceStream slices = new SliceStream(wire.getSerializedSize(), PartSet.PART_SIZE);
    try {
      wire.writeTo(slices);
    } catch (final IOException e) {
      throw new UncheckedIOException("writing into memory", e);
    }
    return of(slices.slices(), wire.getSerializedSize());
  }

  public static PartSet of(final byte[] blockBytes) {
    final int total = (blockBytes.length + PartSet.PART_SIZE - 1) / PartSet.PART_SIZE;
    final List<byte[]> slices = new ArrayList<>(total);
    for (int i = 0; i < total; i++) {
      slices.add(
          total == 1
              ? blockBytes
              : Arrays.copyOfRange(
                  blockBytes,
                  i * PartSet.PART_SIZE,
                  Math.min((i + 1) * PartSet.PART_SIZE, blockBytes.length)));
    }
    return of(slices, blockBytes.length);
  }

  private static PartSet of(final List<byte[]> slices, final long bytes) {
    final List<MerkleProof> proofs = MerkleTree.proofs(slices);
    final List<Part> parts = new ArrayList<>(slices.size());
    for (int i = 0; i < slices.size(); i++) {
      parts.add(new Part(i, Bytes.wrap(slices.get(i)), proofs.get(i)));
    }
    return new PartSet(new PartSetHeader(slices.size(), MerkleTree.root(slices)), parts, bytes);
  }
}
