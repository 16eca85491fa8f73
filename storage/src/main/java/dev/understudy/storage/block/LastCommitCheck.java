package dev.understudy.storage.block;

import dev.understudy.types.BlockId;
import dev.understudy.types.Commit;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.commit.CommitVerification;
import dev.understudy.types.commit.CommitVerifier;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.BlockCodec;
import java.util.Optional;

/**
 * What a node does with the last seen commit at its start: it takes every vote in it (CometBFT
 * consensus/state.go: reconstructLastCommit), and one bad signature ends it. The commit is the last
 * block's, also where that one is not in the state yet. Stateless.
 */
public final class LastCommitCheck {
  private LastCommitCheck() {}

  /** What is wrong with the commit, in words; empty where it is good or none is needed. */
  public static Optional<String> trouble(
      final BlockStore blocks, final State state, final EngineLine line) {
    final BlockDescriptor counted = blocks.loadDescriptor();
    final long height = counted.isEmpty() ? state.lastBlockHeight() : counted.height();
    final boolean applied = height == state.lastBlockHeight();
    // other distances stop the node before it comes to the commit
    if (height == 0 || (!applied && height != state.nextHeight())) {
      return Optional.empty();
    }
    final Optional<Commit> seen = blocks.loadSeenCommit(height);
    if (seen.isEmpty()) {
      return Optional.of("it is missing");
    }
    final Optional<BlockId> blockId =
        applied
            ? Optional.of(state.lastBlockId())
            : blocks.loadMeta(height).map(BlockCodec.Meta::blockId);
    if (blockId.isEmpty()) {
      return Optional.of("its block is missing");
    }
    final ValidatorSet signers = applied ? state.lastValidators() : state.validators();
    final CommitVerification verification =
        new CommitVerifier(state.chainId(), line, SignatureVerifier.of(line))
            .verifyFull(signers, blockId.get(), height, seen.get());
    return verification.isVerified() ? Optional.empty() : Optional.of(verification.describe());
  }

  /** True where a node with blocks up to here would end for want of the last extended commit. */
  public static boolean lacksExtendedCommit(
      final BlockStore blocks, final State state, final EngineLine line) {
    final BlockDescriptor counted = blocks.loadDescriptor();
    return !counted.isEmpty()
        && line.usesExtendedCommits()
        && state.consensusParams().hasVoteExtensionsAt(counted.height())
        && blocks.loadExtendedCommit(counted.height()).isEmpty();
  }
}
