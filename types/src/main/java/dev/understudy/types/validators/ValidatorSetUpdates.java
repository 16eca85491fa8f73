package dev.understudy.types.validators;

import static dev.understudy.types.validators.ProposerRotation.MAX_TOTAL_VOTING_POWER;

import dev.understudy.types.Address;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.validators.InvalidValidatorsException.Reason;
import dev.understudy.types.validators.InvalidValidatorsException.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes and changes validator sets (types/validator_set.go: NewValidatorSet, UpdateWithChangeSet),
 * with the same results and the same refusals. Pure functions: the given set stays as it is.
 */
public final class ValidatorSetUpdates {
  private static final Comparator<Validator> BY_POWER =
      Comparator.comparingLong(Validator::votingPower).reversed().thenComparing(Validator::address);

  private ValidatorSetUpdates() {}

  /** A validator as it comes from a genesis file or an app: address from the key, priority 0. */
  public static Validator validatorOf(final ValidatorUpdate update) {
    return new Validator(
        AddressDerivation.addressOf(update.pubKey()), update.pubKey(), update.power(), 0);
  }

  /**
   * A chain's first set: {@code validators} in set order after one turn. What they have as
   * priorities doesn't matter. An empty list makes the empty set.
   */
  public static ValidatorSet newValidatorSet(final List<Validator> validators, final Source source)
      throws InvalidValidatorsException {
    final ValidatorSet set = update(ValidatorSet.EMPTY, validators, false, source);
    return set.isEmpty() ? set : ProposerRotation.increment(set, 1);
  }

  /**
   * The set after the app's changes (power 0 removes), in set order, priorities settled. The
   * proposer stays the recorded one until the next {@link ProposerRotation#increment}.
   */
  public static ValidatorSet updateWithChangeSet(
      final ValidatorSet set, final List<Validator> changes) throws InvalidValidatorsException {
    return update(set, changes, true, Source.APP);
  }

  /**
   * The check before a change (state/execution.go: validateValidatorUpdates): no negative powers,
   * only kinds of keys that the consensus params allow.
   *
   * @param removalsToo whether the kind of a removal's key counts; elsewhere it may be any
   */
  public static void requireAllowed(
      final List<ValidatorUpdate> updates,
      final List<String> allowedKeyTypes,
      final boolean removalsToo)
      throws InvalidValidatorsException {
    for (final ValidatorUpdate update : updates) {
      if (update.power() < 0) {
        throw negativePower(
            AddressDerivation.addressOf(update.pubKey()), update.power(), Source.APP);
      }
      final String keyType = update.pubKey().type().paramsName();
      if ((update.power() > 0 || removalsToo) && !allowedKeyTypes.contains(keyType)) {
        throw new InvalidValidatorsException(
            Source.APP,
            Reason.KEY_TYPE_NOT_ALLOWED,
            "validator %s has a key of type %s, but the consensus params allow only %s"
                .formatted(AddressDerivation.addressOf(update.pubKey()), keyType, allowedKeyTypes));
      }
    }
  }

  private static ValidatorSet update(
      final ValidatorSet set,
      final List<Validator> changes,
      final boolean removalsAllowed,
      final Source source)
      throws InvalidValidatorsException {
    if (changes.isEmpty()) {
      return set;
    }
    requireWellFormed(changes, source);
    final Map<Address, Validator> members = new HashMap<>();
    set.validators().forEach(member -> members.put(member.address(), member));
    final Set<Address> removed = new HashSet<>();
    int added = 0;
    for (final Validator change : changes) {
      if (change.votingPower() == 0) {
        if (!removalsAllowed) {
          throw new InvalidValidatorsException(
              source,
              Reason.NO_POWER,
              "validator %s has voting power 0, which a first validator set can't hold"
                  .formatted(change.address()));
        }
        removed.add(change.address());
      } else if (!members.containsKey(change.address())) {
        added++;
      }
    }
    if (added == 0 && removed.size() == set.size()) {
      throw new InvalidValidatorsException(
          source,
          Reason.LEAVES_NONE,
          "the changes would leave no validator of %d".formatted(set.size()));
    }
    final long newcomersPriority =
        newcomersPriority(totalBeforeRemovals(set, members, changes, removed, source));
    final List<Validator> result = new ArrayList<>();
    for (final Validator change : changes) {
      final Validator before = change.votingPower() == 0 ? null : members.remove(change.address());
      if (change.votingPower() > 0) {
        result.add(
            change.withPriority(before == null ? newcomersPriority : before.proposerPriority()));
      }
    }
    members.values().stream().filter(v -> !removed.contains(v.address())).forEach(result::add);
    result.sort(BY_POWER);
    final long total = result.stream().mapToLong(Validator::votingPower).sum();
    return new ValidatorSet(ProposerRotation.settle(result, total), set.proposer());
  }

  private static void requireWellFormed(final List<Validator> changes, final Source source)
      throws InvalidValidatorsException {
    final Set<Address> seen = new HashSet<>();
    for (final Validator change : changes) {
      if (!seen.add(change.address())) {
        throw new InvalidValidatorsException(
            source,
            Reason.DUPLICATE,
            "validator %s is named more than once".formatted(change.address()));
      }
      if (change.votingPower() < 0) {
        throw negativePower(change.address(), change.votingPower(), source);
      }
      if (change.votingPower() > MAX_TOTAL_VOTING_POWER) {
        throw new InvalidValidatorsException(
            source,
            Reason.POWER_ABOVE_MAXIMUM,
            "validator %s has voting power %d, above the maximum of %d"
                .formatted(change.address(), change.votingPower(), MAX_TOTAL_VOTING_POWER));
      }
    }
  }

  /** The total after the updates but with the removed still in it: newcomers start below it. */
  private static long totalBeforeRemovals(
      final ValidatorSet set,
      final Map<Address, Validator> members,
      final List<Validator> changes,
      final Set<Address> removed,
      final Source source)
      throws InvalidValidatorsException {
    long removedPower = 0;
    for (final Address address : removed) {
      final Validator member = members.get(address);
      if (member == null) {
        throw new InvalidValidatorsException(
            source,
            Reason.REMOVES_UNKNOWN,
            "validator %s is to be removed, but isn't in the set".formatted(address));
      }
      removedPower += member.votingPower();
    }
    long total = set.totalVotingPower() - removedPower;
    final List<Long> gains = new ArrayList<>();
    for (final Validator change : changes) {
      final Validator member = members.get(change.address());
      final long gain = change.votingPower() - (member == null ? 0 : member.votingPower());
      if (change.votingPower() > 0 && gain < 0) {
        total += gain;
      } else if (change.votingPower() > 0) {
        gains.add(gain);
      }
    }
    // losses first, then one gain after another: so no sum of many gains can wrap unseen
    for (final long gain : gains) {
      total += gain;
      if (total > MAX_TOTAL_VOTING_POWER) {
        throw new InvalidValidatorsException(
            source,
            Reason.TOTAL_ABOVE_MAXIMUM,
            "the validators' total voting power would be above the maximum of %d"
                .formatted(MAX_TOTAL_VOTING_POWER));
      }
    }
    return total + removedPower;
  }

  /** -1.125 totals: leaving and coming back must not wash away a low priority. */
  private static long newcomersPriority(final long total) {
    return -(total + (total >> 3));
  }

  private static InvalidValidatorsException negativePower(
      final Address address, final long power, final Source source) {
    return new InvalidValidatorsException(
        source,
        Reason.NEGATIVE_POWER,
        "validator %s has the negative voting power %d".formatted(address, power));
  }
}
