package dev.understudy.shim.snapshot;

import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.types.BlockResults;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.PubKey;
import dev.understudy.types.Validator;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.validators.InvalidValidatorsException;
import dev.understudy.types.validators.ValidatorSetUpdates;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places to stop at between two heights, found by following the validator updates in archived block
 * results. The results are not believed: each set must have the hash that its header says, and the
 * header is trusted only by who signed it. Every block on the way is read. For one thread.
 */
final class UpdateHops {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateHops.class);

  private final BlockReader blocks;
  private final EngineLine line;

  UpdateHops(final BlockReader blocks, final EngineLine line) {
    this.blocks = blocks;
    this.line = line;
  }

  /** In words, why nothing between two heights was found. */
  String without() {
    return blocks.hasResults()
        ? "neither snapshots nor validator updates between lead further"
        : "there is no snapshot between, and the block pool has no block results to follow";
  }

  /**
   * The last height below a target that more than a third of the trusted validators signed, as far
   * as they can be followed; its commit is not verified yet.
   */
  Optional<Stop> furthest(final Trusted from, final long target)
      throws FailureException, InterruptedException {
    if (!blocks.hasResults() || target <= from.height() + 1) {
      return Optional.empty();
    }
    LOG.info(
        "no snapshot leads on from height {}: following validator updates, block by block",
        from.height());
    final Walk walk = new Walk(from, target);
    blocks.eachWithResults(from.height(), target, line, walk::take);
    return Optional.ofNullable(walk.found);
  }

  /** One pass over blocks in height order, from the trusted one on. */
  private static final class Walk {
    private final Trusted from;
    private final long target;
    private final Map<PubKey, Long> trusted;

    /** Validators of the block to come, and of the one after it. */
    private ValidatorSet current;

    private ValidatorSet next;
    private @Nullable PreparedBlock before;
    private ValidatorSet ofBefore = ValidatorSet.EMPTY;
    private @Nullable Stop found;

    Walk(final Trusted from, final long target) {
      this.from = from;
      this.target = target;
      this.trusted = Stop.powers(from.next());
      this.current = ValidatorSet.EMPTY;
      this.next = from.next();
    }

    boolean take(final PreparedBlock block, final BlockResults results) throws FailureException {
      final long height = block.height();
      if (height > from.height()) {
        requireHash(block);
        final PreparedBlock below = before;
        if (below != null && below.height() > from.height() && below.height() < target) {
          final Stop stop = new Stop(below, ofBefore, block.block().lastCommit(), current);
          if (stop.hopFrom(from).isEnough()) {
            found = stop;
          }
        }
        if (stillTrusted(current) <= from.next().totalVotingPower() / 3) {
          return false;
        }
      }
      before = block;
      ofBefore = current;
      current = next;
      next = updated(next, results, height);
      return true;
    }

    private void requireHash(final PreparedBlock block) throws FailureException {
      if (!TrustPath.sameMembers(current, block.block().header().validatorsHash())) {
        throw SnapshotRefusal.of(
            block.height(),
            "the validator updates in block results below height %d do not lead to the validators"
                    .formatted(block.height())
                + " that header %d names".formatted(block.height()));
      }
    }

    private long stillTrusted(final ValidatorSet set) {
      long power = 0;
      for (final Validator validator : set.validators()) {
        power += trusted.getOrDefault(validator.pubKey(), 0L);
      }
      return power;
    }

    private static ValidatorSet updated(
        final ValidatorSet set, final BlockResults results, final long height)
        throws FailureException {
      if (results.validatorUpdates().isEmpty()) {
        return set;
      }
      try {
        return ValidatorSetUpdates.updateWithChangeSet(
            set,
            results.validatorUpdates().stream().map(ValidatorSetUpdates::validatorOf).toList());
      } catch (final InvalidValidatorsException e) {
        throw new FailureException(
            FailureKind.VERIFICATION,
            "the archived validator updates of block %d can't be applied: %s"
                .formatted(height, e.getMessage()),
            "Name a header instead, with --trust-height and --trust-hash.",
            e);
      }
    }
  }
}
