package dev.understudy.shim.verify;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.PartSet;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import java.util.List;

/**
 * A decoded block with everything recomputed from our own encoding of it: that its header covers
 * its contents is checked here, that it belongs to the chain is {@link ChainVerifier}'s.
 *
 * @param parts of a large block the header and size alone; {@link #allParts} has them all
 */
public record PreparedBlock(Block block, BlockId id, PartSet parts) {
  /** Larger blocks leave their parts behind: many of them may be on their way at once. */
  private static final long KEEPS_PARTS = 4L << 20;

  /** The costly part of verification that needs nothing but the block; run it on any thread. */
  public static PreparedBlock of(final Block block) throws FailureException {
    final long height = block.height();
    requireHash(height, "data hash", block.header().dataHash(), Hashes.dataHash(block.txs()));
    requireHash(
        height,
        "last commit hash",
        block.header().lastCommitHash(),
        Hashes.commitHash(block.lastCommit()));
    requireHash(
        height,
        "evidence hash",
        block.header().evidenceHash(),
        Hashes.evidenceListHash(block.evidence()));
    final PartSet parts = PartSets.of(block);
    return new PreparedBlock(
        block,
        new BlockId(Hashes.headerHash(block.header()), parts.header()),
        parts.byteSize() <= KEEPS_PARTS
            ? parts
            : new PartSet(parts.header(), List.of(), parts.byteSize()));
  }

  /** All parts, those of a large block cut anew. */
  public PartSet allParts() {
    return parts.parts().isEmpty() ? PartSets.of(block) : parts;
  }

  public long height() {
    return block.height();
  }

  /** Roughly what this block holds of the heap: its bytes, decoded and, if kept, encoded. */
  public long weight() {
    return (parts.parts().isEmpty() ? 1 : 2) * parts.byteSize() + 2048;
  }

  private static void requireHash(
      final long height, final String what, final Hash inHeader, final Hash computed)
      throws FailureException {
    if (!inHeader.equals(computed)) {
      throw new FailureException(
          FailureKind.VERIFICATION,
          "block %d: its %s does not match its contents: header %s, computed %s"
              .formatted(height, what, inHeader, computed),
          ChainVerifier.ADVICE);
    }
  }
}
