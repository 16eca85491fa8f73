package dev.understudy.shim.snapshot;

import dev.understudy.types.Address;
import dev.understudy.types.FailureException;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.validators.ProposerRotation;
import dev.understudy.types.wire.Hashes;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts proposer priorities to the test. No header covers them, but they say who proposes the blocks
 * that follow, and who did is in the headers; and where the set stands still, one set's priorities
 * follow from those of the one before.
 */
final class Priorities {
  /** A commit of a later round than this says nothing about the priorities any more. */
  private static final int MOST_ROUNDS = 100;

  private final long height;
  private final List<String> passed = new ArrayList<>();

  Priorities(final long height) {
    this.height = height;
  }

  /** What was tested, in words; empty if nothing could be. */
  List<String> passed() {
    return List.copyOf(passed);
  }

  /**
   * @param round of the commit: the block was proposed in this round, or in an earlier one and
   *     proposed again
   */
  void requireProposed(
      final String name,
      final ValidatorSet set,
      final long proposedHeight,
      final int round,
      final Address proposer)
      throws FailureException {
    if (set.byAddress(proposer).isEmpty()) {
      throw SnapshotRefusal.of(
          height,
          "block %d was proposed by %s, who is none of its %s"
              .formatted(proposedHeight, proposer, name));
    }
    if (round < 0 || round > MOST_ROUNDS) {
      return;
    }
    ValidatorSet turn = set;
    for (int r = 0; r <= round; r++) {
      if (turn.proposer().orElseThrow().address().equals(proposer)) {
        passed.add("they make %s the proposer of block %d".formatted(proposer, proposedHeight));
        return;
      }
      turn = ProposerRotation.increment(set, r + 1);
    }
    throw SnapshotRefusal.of(
        height,
        "the proposer priorities of its %s make %s the proposer of block %d, which %s proposed"
            .formatted(name, set.proposer().orElseThrow().address(), proposedHeight, proposer));
  }

  /** Where members and powers stand still, a set is the one before after one turn. */
  void requireFollowing(
      final String name, final ValidatorSet set, final String nextName, final ValidatorSet next)
      throws FailureException {
    if (!Hashes.validatorsHash(set).equals(Hashes.validatorsHash(next))) {
      return;
    }
    if (!ProposerRotation.increment(set, 1).equals(next)) {
      throw SnapshotRefusal.of(
          height,
          "the proposer priorities of its %s do not follow from those of its %s"
              .formatted(nextName, name));
    }
    passed.add("those of its %s follow from its %s".formatted(nextName, name));
  }
}
