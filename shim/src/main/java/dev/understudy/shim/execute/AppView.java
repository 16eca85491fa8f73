package dev.understudy.shim.execute;

import dev.understudy.types.Block;
import dev.understudy.types.CommitInfo;
import dev.understudy.types.CommitInfo.VoteInfo;
import dev.understudy.types.CommitSig;
import dev.understudy.types.Evidence;
import dev.understudy.types.Evidence.DuplicateVote;
import dev.understudy.types.Evidence.LightClientAttack;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Misbehavior;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import java.util.ArrayList;
import java.util.List;

/** A block's commit and evidence as the app is told of them (state/execution.go, evidence.go). */
public final class AppView {
  private AppView() {}

  /** One entry per validator of the set at h−1, in set order; nothing for the first block. */
  public static CommitInfo lastCommit(
      final Block block, final ValidatorSet lastValidators, final long initialHeight)
      throws FailureException {
    if (block.height() == initialHeight) {
      return CommitInfo.EMPTY;
    }
    final List<CommitSig> signatures = block.lastCommit().signatures();
    if (signatures.size() != lastValidators.size()) {
      throw new FailureException(
          FailureKind.VERIFICATION,
          "block %d: its last commit has %d places, but %d validators could vote at height %d"
              .formatted(
                  block.height(), signatures.size(), lastValidators.size(), block.height() - 1),
          "The archive's block does not belong to this chain's state; report the pool and height.");
    }
    final List<VoteInfo> votes = new ArrayList<>(signatures.size());
    for (int i = 0; i < signatures.size(); i++) {
      final Validator validator = lastValidators.validators().get(i);
      votes.add(
          new VoteInfo(validator.address(), validator.votingPower(), signatures.get(i).flag()));
    }
    return new CommitInfo(block.lastCommit().round(), votes);
  }

  public static List<Misbehavior> misbehavior(final Block block) {
    final List<Misbehavior> accused = new ArrayList<>();
    for (final Evidence evidence : block.evidence()) {
      if (evidence instanceof DuplicateVote duplicate) {
        accused.add(
            new Misbehavior(
                Misbehavior.Type.DUPLICATE_VOTE,
                duplicate.voteA().validatorAddress(),
                duplicate.validatorPower(),
                duplicate.height(),
                duplicate.timestamp(),
                duplicate.totalVotingPower()));
      } else {
        final LightClientAttack attack = (LightClientAttack) evidence;
        for (final Validator validator : attack.byzantineValidators()) {
          accused.add(
              new Misbehavior(
                  Misbehavior.Type.LIGHT_CLIENT_ATTACK,
                  validator.address(),
                  validator.votingPower(),
                  attack.height(),
                  attack.timestamp(),
                  attack.totalVotingPower()));
        }
      }
    }
    return accused;
  }
}
