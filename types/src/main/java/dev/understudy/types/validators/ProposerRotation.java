package dev.understudy.types.validators;

import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whose turn it is to propose (types/validator_set.go: IncrementProposerPriority), to the bit: the
 * real node goes on from priorities that this class computed. Pure functions, O(n).
 *
 * <p>Where Go wraps, truncates or clips, so does this: Java's {@code long} wraps and its division
 * truncates alike.
 */
public final class ProposerRotation {
  /** Leaves room for all sums (types/validator_set.go: MaxTotalVotingPower). */
  public static final long MAX_TOTAL_VOTING_POWER = Long.MAX_VALUE / 8;

  /** Priorities may lie this many times the total power apart (PriorityWindowSizeFactor). */
  private static final long WINDOW_FACTOR = 2;

  private ProposerRotation() {}

  /**
   * The set after {@code times} turns, with the proposer of the last one.
   *
   * @throws IllegalArgumentException if the set is empty or {@code times} is not positive
   */
  public static ValidatorSet increment(final ValidatorSet set, final int times) {
    if (set.isEmpty() || times <= 0) {
      throw new IllegalArgumentException(
          "can't rotate %d validators %d times".formatted(set.size(), times));
    }
    final List<Validator> validators = set.validators();
    final long total = set.totalVotingPower();
    final long[] priorities = priorities(validators);
    rescale(priorities, total);
    centre(priorities);
    int proposer = 0;
    for (int turn = 0; turn < times; turn++) {
      for (int i = 0; i < priorities.length; i++) {
        priorities[i] = addClipped(priorities[i], validators.get(i).votingPower());
      }
      proposer = first(validators, priorities);
      priorities[proposer] = subtractClipped(priorities[proposer], total);
    }
    final List<Validator> rotated = withPriorities(validators, priorities);
    return new ValidatorSet(rotated, Optional.of(rotated.get(proposer)));
  }

  /** What a change of the set ends with: priorities brought into the window and around zero. */
  static List<Validator> settle(final List<Validator> validators, final long total) {
    final long[] priorities = priorities(validators);
    rescale(priorities, total);
    centre(priorities);
    return withPriorities(validators, priorities);
  }

  private static void rescale(final long[] priorities, final long total) {
    final long window = WINDOW_FACTOR * total;
    long lowest = Long.MAX_VALUE;
    long highest = Long.MIN_VALUE;
    for (final long priority : priorities) {
      lowest = Math.min(lowest, priority);
      highest = Math.max(highest, priority);
    }
    // may wrap, as in Go, where the sign is then turned around
    final long distance = highest - lowest < 0 ? lowest - highest : highest - lowest;
    if (window <= 0 || distance <= window) {
      return;
    }
    final long ratio = (distance + window - 1) / window;
    for (int i = 0; i < priorities.length; i++) {
      priorities[i] /= ratio;
    }
  }

  /**
   * Subtracts the average, rounded down. Each priority is split into quotient and remainder by the
   * count: the quotients' sum may wrap on the way but ends right, as the average fits.
   */
  private static void centre(final long[] priorities) {
    final long count = priorities.length;
    long quotients = 0;
    long remainders = 0;
    for (final long priority : priorities) {
      quotients += Math.floorDiv(priority, count);
      remainders += Math.floorMod(priority, count);
    }
    final long average = quotients + remainders / count;
    for (int i = 0; i < priorities.length; i++) {
      priorities[i] = subtractClipped(priorities[i], average);
    }
  }

  /** The highest priority; of equal ones the lowest address. */
  private static int first(final List<Validator> validators, final long[] priorities) {
    int first = 0;
    for (int i = 1; i < priorities.length; i++) {
      if (priorities[i] > priorities[first]
          || (priorities[i] == priorities[first]
              && validators.get(i).address().compareTo(validators.get(first).address()) < 0)) {
        first = i;
      }
    }
    return first;
  }

  private static long addClipped(final long a, final long b) {
    final long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return sum;
  }

  private static long subtractClipped(final long a, final long b) {
    final long difference = a - b;
    if (((a ^ b) & (a ^ difference)) < 0) {
      return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return difference;
  }

  private static long[] priorities(final List<Validator> validators) {
    final long[] priorities = new long[validators.size()];
    for (int i = 0; i < priorities.length; i++) {
      priorities[i] = validators.get(i).proposerPriority();
    }
    return priorities;
  }

  private static List<Validator> withPriorities(
      final List<Validator> validators, final long[] priorities) {
    final List<Validator> result = new ArrayList<>(priorities.length);
    for (int i = 0; i < priorities.length; i++) {
      result.add(validators.get(i).withPriority(priorities[i]));
    }
    return result;
  }
}
