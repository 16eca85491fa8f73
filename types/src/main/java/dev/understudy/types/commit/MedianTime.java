package dev.understudy.types.commit;

import dev.understudy.types.Address;
import dev.understudy.types.BlockIdFlag;
import dev.understudy.types.Commit;
import dev.understudy.types.CommitSig;
import dev.understudy.types.GoTime;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine.MedianTimeRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The time a commit gives to the next block: the median of its votes' times, weighted by power
 * (state/state.go: MedianTime, types/time: WeightedMedian). Pure functions.
 */
public final class MedianTime {
  private MedianTime() {}

  private record WeightedTime(Instant time, long weight) {}

  /**
   * Go's zero time if no vote counts. Empty if the rule is strict and a vote is by somebody who is
   * not in the set: the node refuses the block then.
   */
  public static Optional<Instant> of(
      final Commit commit, final ValidatorSet validators, final MedianTimeRule rule) {
    final List<WeightedTime> times = new ArrayList<>(commit.signatures().size());
    long total = 0;
    for (int i = 0; i < commit.signatures().size(); i++) {
      final CommitSig vote = commit.signatures().get(i);
      if (!counts(vote.flag(), rule)) {
        continue;
      }
      final Optional<Validator> validator = voter(validators, i, vote.validatorAddress());
      if (validator.isPresent()) {
        total += validator.get().votingPower();
        times.add(new WeightedTime(vote.timestamp(), validator.get().votingPower()));
      } else if (isStrict(rule)) {
        return Optional.empty();
      }
    }
    return Optional.of(median(times, total));
  }

  private static Instant median(final List<WeightedTime> times, final long total) {
    times.sort(Comparator.comparing(WeightedTime::time));
    long median = total / 2;
    for (final WeightedTime time : times) {
      if (median <= time.weight()) {
        return time.time();
      }
      median -= time.weight();
    }
    return GoTime.ZERO;
  }

  private static boolean counts(final BlockIdFlag flag, final MedianTimeRule rule) {
    return switch (rule) {
      case NON_ABSENT, NON_ABSENT_STRICT -> flag != BlockIdFlag.ABSENT;
      case COMMIT_ONLY -> flag == BlockIdFlag.COMMIT;
    };
  }

  private static boolean isStrict(final MedianTimeRule rule) {
    return switch (rule) {
      case NON_ABSENT -> false;
      case NON_ABSENT_STRICT, COMMIT_ONLY -> true;
    };
  }

  /** By address, as the node looks; but first where an honest commit has the vote. */
  private static Optional<Validator> voter(
      final ValidatorSet validators, final int place, final Address address) {
    if (place < validators.size() && validators.validators().get(place).address().equals(address)) {
      return Optional.of(validators.validators().get(place));
    }
    return validators.byAddress(address);
  }
}
