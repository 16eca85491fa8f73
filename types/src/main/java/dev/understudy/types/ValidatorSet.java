package dev.understudy.types;

import java.util.List;
import java.util.Optional;

/**
 * Validators in set order (voting power down, then address up) with the proposer as it was recorded
 * when it was chosen. Immutable; the arithmetic is {@code types.validators.ProposerRotation}'s.
 */
public record ValidatorSet(List<Validator> validators, Optional<Validator> proposer) {
  public static final ValidatorSet EMPTY = new ValidatorSet(List.of(), Optional.empty());

  public ValidatorSet {
    validators = List.copyOf(validators);
  }

  public int size() {
    return validators.size();
  }

  public boolean isEmpty() {
    return validators.isEmpty();
  }

  public long totalVotingPower() {
    long total = 0;
    for (final Validator validator : validators) {
      total = Math.addExact(total, validator.votingPower());
    }
    return total;
  }

  public Optional<Validator> byAddress(final Address address) {
    return validators.stream().filter(v -> v.address().equals(address)).findFirst();
  }
}
