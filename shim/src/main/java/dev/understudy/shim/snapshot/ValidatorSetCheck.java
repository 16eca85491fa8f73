package dev.understudy.shim.snapshot;

import dev.understudy.types.Address;
import dev.understudy.types.FailureException;
import dev.understudy.types.Hash;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.crypto.AddressDerivation;
import dev.understudy.types.crypto.SignatureVerifier;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.validators.ProposerRotation;
import dev.understudy.types.wire.Hashes;
import java.util.HashSet;
import java.util.Set;

/**
 * Holds an archived validator set against a header's hash of it. The hash covers keys, powers and
 * order; addresses follow from keys. Stateless but for the checker of signatures.
 */
final class ValidatorSetCheck {
  private final EngineLine line;
  private final SignatureVerifier signatures;
  private final long height;

  ValidatorSetCheck(final EngineLine line, final SignatureVerifier signatures, final long height) {
    this.line = line;
    this.signatures = signatures;
    this.height = height;
  }

  void require(final String name, final ValidatorSet set, final Hash proven)
      throws FailureException {
    if (set.isEmpty()) {
      throw SnapshotRefusal.of(height, "its %s are none".formatted(name));
    }
    long total = 0;
    final Set<Address> seen = new HashSet<>();
    Validator before = null;
    for (final Validator validator : set.validators()) {
      requireMember(name, validator);
      if (!seen.add(validator.address())) {
        throw SnapshotRefusal.of(
            height, "its %s name %s twice".formatted(name, validator.address()));
      }
      if (before != null && !inOrder(before, validator)) {
        throw SnapshotRefusal.of(
            height,
            "its %s are not in the order of a set: %s stands before %s"
                .formatted(name, before.address(), validator.address()));
      }
      before = validator;
      total += validator.votingPower();
      if (total > ProposerRotation.MAX_TOTAL_VOTING_POWER) {
        throw SnapshotRefusal.of(
            height, "its %s have more voting power than a set may have".formatted(name));
      }
    }
    final Hash hash = Hashes.validatorsHash(set);
    if (!hash.equals(proven)) {
      throw SnapshotRefusal.of(
          height,
          "its %s have the hash %s, the proven header says %s: keys or voting powers were changed"
              .formatted(name, hash, proven));
    }
    requireProposer(name, set);
  }

  private void requireMember(final String name, final Validator validator) throws FailureException {
    if (!line.keyTypes().contains(validator.pubKey().type())) {
      throw SnapshotRefusal.of(
          height,
          "its %s have a key of type %s, which engine line %s doesn't know"
              .formatted(name, validator.pubKey().type().paramsName(), line.label()));
    }
    signatures.requireSupported(validator.pubKey().type());
    final Address derived = AddressDerivation.addressOf(validator.pubKey());
    if (!derived.equals(validator.address())) {
      throw SnapshotRefusal.of(
          height,
          "its %s name a validator %s whose key has the address %s"
              .formatted(name, validator.address(), derived));
    }
    if (validator.votingPower() <= 0
        || validator.votingPower() > ProposerRotation.MAX_TOTAL_VOTING_POWER) {
      throw SnapshotRefusal.of(
          height,
          "its %s give validator %s the voting power %d"
              .formatted(name, validator.address(), validator.votingPower()));
    }
  }

  private static boolean inOrder(final Validator one, final Validator other) {
    return one.votingPower() > other.votingPower()
        || (one.votingPower() == other.votingPower()
            && one.address().compareTo(other.address()) < 0);
  }

  /** A set's recorded proposer is the member as it was chosen. */
  private void requireProposer(final String name, final ValidatorSet set) throws FailureException {
    if (set.proposer().isEmpty()) {
      throw SnapshotRefusal.of(height, "its %s have no proposer".formatted(name));
    }
    final Validator proposer = set.proposer().get();
    if (!set.byAddress(proposer.address()).filter(proposer::equals).isPresent()) {
      throw SnapshotRefusal.of(
          height,
          "the proposer of its %s, %s, is not the member of that address"
              .formatted(name, proposer.address()));
    }
  }
}
