package dev.understudy.shim.verify;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.PartSet;
import dev.understudy.types.wire.EncodedCommit;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import java.util.List;
import java.util.Optional;

/**
 * A decoded block with everything recomputed from our own encoding of it: that its header covers
 * its contents is checked here, that it belongs to the chain is {@link ChainVerifier}'s.
 *
 * @param parts of a large block the header and size alone; {@link #allParts} has them all
 * @param archivedAnswer the app's answer as the archive has it, where it was asked for; not proven
 */
public record PreparedBlock(
    Block block,
    BlockId id,
    PartSet parts,
    EncodedCommit lastCommit,
    Optional<Bytes> archivedAnswer) {
  /** Larger blocks leave their parts behind: many of them may be on their way at once. */
  private static final long KEEPS_PARTS = 4L << 20;

  /** The costly part of verification that needs nothing but the block; run it on any thread. */
  public static PreparedBlock of(final Block block) throws FailureException {
    final long height = block.height();
    if (block.squareSize().isEmpty()) {
      requireHash(height, "data hash", block.header().dataHash(), Hashes.dataHash(block.txs()));
    } // else it is the app's, of a square that only the app can lay out; the parts prove the rest
    final EncodedCommit lastCommit = EncodedCommit.of(block.lastCommit());
    requireHash(height, "last commit hash", block.header().lastCommitHash(), lastCommit.hash());
    requireHash(
        height,
        "evidence hash",
        block.header().evidenceHash(),
        Hashes.evidenceListHash(block.evidence()));
    final PartSet parts = PartSets.of(block, lastCommit);
    return new PreparedBlock(
        block,
        new BlockId(Hashes.headerHash(block.header()), parts.header()),
        parts.byteSize() <= KEEPS_PARTS
            ? parts
            : new PartSet(parts.header(), List.of(), parts.byteSize()),
        lastCommit,
        Optional.empty());
  }

  public PreparedBlock withArchivedAnswer(final Bytes answer) {
    return new PreparedBlock(block, id, parts, lastCommit, Optional.of(answer));
  }

  /** All parts, those of a large block cut anew. */
  public PartSet allParts() {
    return parts.parts().isEmpty() ? PartSets.of(block, lastCommit) : parts;
  }

  public long height() {
    return block.height();
  }

  /** Roughly what this block holds of the heap: its bytes, decoded and, if kept, encoded. */
  public long weight() {
    return (parts.parts().isEmpty() ? 1 : 2) * parts.byteSize()
        + lastCommit.bytes().size()
        + 2048
        + archivedAnswer.map(Bytes::size).orElse(0);
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
