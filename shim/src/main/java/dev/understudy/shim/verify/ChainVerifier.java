package dev.understudy.shim.verify;

import dev.understudy.types.BlockId;
import dev.understudy.types.Commit;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.commit.CommitVerification;
import dev.understudy.types.commit.CommitVerifier;
import dev.understudy.types.commit.MedianTime;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Proves runs of consecutive blocks that share one validator set. The first block of a run must
 * link to the last proven one; the last is proven by its commit, which lies in the block after the
 * run; those between are proven by the hash links. Used by one thread, in height order.
 */
public final class ChainVerifier {
  static final String ADVICE =
      "The archive holds a damaged or forged block here. Nothing of it reached the app. Try another"
          + " pool or storage gateway, and report the pool and height to the archive's operators.";

  private final VerifyMode mode;
  private final EngineLine line;
  private final String chainId;
  private final long initialHeight;
  private final CommitVerifier commits;
  private final Executor helpers;

  private BlockId lastId;
  private long lastHeight;
  private Hash expectedValidatorsHash;
  private ValidatorSet lastSet;
  private long commitsVerified;

  /**
   * Starts behind {@code state}, whose block is taken as proven; the helpers' threads share the
   * signatures of a large commit with the caller's.
   */
  public ChainVerifier(
      final VerifyMode mode,
      final EngineLine line,
      final State state,
      final CommitVerifier commits,
      final Executor helpers) {
    this.mode = mode;
    this.line = line;
    this.chainId = state.chainId();
    this.initialHeight = state.initialHeight();
    this.commits = commits;
    this.helpers = helpers;
    this.lastId = state.lastBlockId();
    this.lastHeight = state.nextHeight() - 1;
    this.expectedValidatorsHash = Hashes.validatorsHash(state.validators());
    this.lastSet = state.lastValidators();
  }

  /** The validators hash that the next run's headers must carry. */
  public Hash expectedValidatorsHash() {
    return expectedValidatorsHash;
  }

  public long commitsVerified() {
    return commitsVerified;
  }

  /**
   * Proves a run.
   *
   * @param run consecutive blocks whose validators hash is {@link #expectedValidatorsHash}
   * @param after the block behind the run, not proven by this
   * @param set the validators of every block in the run
   * @param fullAtEnd check every signature of the run's last commit: it ends as a seen commit at
   *     the tip, which the real node verifies in full at its start
   */
  public List<ProvenBlock> prove(
      final List<PreparedBlock> run,
      final PreparedBlock after,
      final ValidatorSet set,
      final boolean fullAtEnd)
      throws FailureException {
    final List<ProvenBlock> proven = new ArrayList<>(run.size());
    for (int i = 0; i < run.size(); i++) {
      final PreparedBlock block = run.get(i);
      final PreparedBlock next = i + 1 < run.size() ? run.get(i + 1) : after;
      final boolean last = i + 1 == run.size();
      requireLinked(block);
      requireRules(block, set);
      final Commit commit = next.block().lastCommit();
      if (mode == VerifyMode.FULL || (last && fullAtEnd)) {
        require(
            block.height(), commits.verifyFull(set, block.id(), block.height(), commit, helpers));
      } else if (last) {
        require(
            block.height(), commits.verifyLight(set, block.id(), block.height(), commit, helpers));
      }
      lastId = block.id();
      lastHeight = block.height();
      lastSet = set;
      expectedValidatorsHash = block.block().header().nextValidatorsHash();
      proven.add(new ProvenBlock(block, next.lastCommit(), next.block().header(), !last));
    }
    requireLinked(after);
    return proven;
  }

  private void requireLinked(final PreparedBlock block) throws FailureException {
    final Header header = block.block().header();
    if (block.height() != lastHeight + 1) {
      throw failure(block.height(), "it does not follow block %d".formatted(lastHeight));
    }
    if (!header.chainId().equals(chainId)) {
      throw failure(
          block.height(),
          "it is of chain '%s', this home is of chain '%s'".formatted(header.chainId(), chainId));
    }
    if (!header.lastBlockId().equals(lastId)) {
      throw failure(
          block.height(),
          "it commits to another block %d: %s, proven was %s"
              .formatted(lastHeight, header.lastBlockId(), lastId));
    }
    if (!header.validatorsHash().equals(expectedValidatorsHash)) {
      throw failure(
          block.height(),
          "its validators hash is %s, block %d announced %s"
              .formatted(header.validatorsHash(), lastHeight, expectedValidatorsHash));
    }
  }

  private void requireRules(final PreparedBlock block, final ValidatorSet set)
      throws FailureException {
    final Header header = block.block().header();
    if (set.byAddress(header.proposerAddress()).isEmpty()) {
      throw failure(
          block.height(),
          "its proposer %s is no validator at this height".formatted(header.proposerAddress()));
    }
    final Commit lastCommit = block.block().lastCommit();
    if (block.height() == initialHeight) {
      if (!lastCommit.signatures().isEmpty()) {
        throw failure(block.height(), "the chain's first block can't carry a commit");
      }
      return;
    }
    if (lastCommit.signatures().size() != lastSet.size()) {
      throw failure(
          block.height(),
          "its last commit has %d places for %d validators"
              .formatted(lastCommit.signatures().size(), lastSet.size()));
    }
    if (line.knowsProposerBasedTime()) {
      // whether the median counts is said by the params, which execution knows and checks
      return;
    }
    final var median = MedianTime.of(lastCommit, lastSet, line.medianTimeRule());
    if (median.isEmpty()) {
      throw failure(block.height(), "its last commit has a vote of somebody who is no validator");
    }
    if (!median.get().equals(header.time())) {
      throw failure(
          block.height(),
          "its time is %s, the median of its last commit is %s"
              .formatted(header.time(), median.get()));
    }
  }

  private void require(final long height, final CommitVerification verification)
      throws FailureException {
    commitsVerified++;
    if (!verification.isVerified()) {
      throw failure(
          height,
          "the commit in block %d does not prove it: %s"
              .formatted(height + 1, verification.describe()));
    }
  }

  private static FailureException failure(final long height, final String why) {
    return new FailureException(
        FailureKind.VERIFICATION, "block %d is not proven: %s".formatted(height, why), ADVICE);
  }
}
