package dev.understudy.types.wire;

import com.google.protobuf.CodedOutputStream;
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
  public static PartSet of(final Block block, final EncodedCommit lastCommit) {
    final dev.understudy.types.wire.proto.Block rest = BlockCodec.withoutLastCommit(block);
    final int size = BlockCodec.size(rest, lastCommit);
    final SliceStream slices = new SliceStream(size, PartSet.PART_SIZE);
    final CodedOutputStream out = CodedOutputStream.newInstance(slices);
    try {
      BlockCodec.write(rest, lastCommit, out);
      out.flush();
    } catch (final IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return of(slices.slices(), size);
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
