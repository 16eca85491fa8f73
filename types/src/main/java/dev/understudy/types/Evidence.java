package dev.understudy.types;

import java.time.Instant;
import java.util.List;

/** Proof of misbehaviour that a block carries. */
public sealed interface Evidence {

  long totalVotingPower();

  Instant timestamp();

  /** The height at which the misbehaviour happened. */
  long height();

  /** Two different votes of one validator at one height, round and step. */
  record DuplicateVote(
      Vote voteA, Vote voteB, long totalVotingPower, long validatorPower, Instant timestamp)
      implements Evidence {
    @Override
    public long height() {
      return voteA.height();
    }
  }

  /** A conflicting block shown to a light client; counts from the last common height. */
  record LightClientAttack(
      Header conflictingHeader,
      Commit conflictingCommit,
      ValidatorSet conflictingValidators,
      long commonHeight,
      List<Validator> byzantineValidators,
      long totalVotingPower,
      Instant timestamp)
      implements Evidence {
    public LightClientAttack {
      byzantineValidators = List.copyOf(byzantineValidators);
    }

    @Override
    public long height() {
      return commonHeight;
    }
  }
}
