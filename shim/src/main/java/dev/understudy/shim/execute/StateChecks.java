package dev.understudy.shim.execute;

import dev.understudy.types.Block;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.commit.MedianTime;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The equalities between a block and the state before it (state/validation.go: validateBlock). Used
 * by one thread; remembers the hashes of sets and params while they stand still.
 */
public final class StateChecks {
  private final EngineLine line;
  private @Nullable ValidatorSet hashedSet;
  private Hash setHash = Hash.EMPTY;
  private @Nullable ConsensusParams hashedParams;
  private Hash paramsHash = Hash.EMPTY;

  public StateChecks(final EngineLine line) {
    this.line = line;
  }

  /** Fails unless the block is the one that this state waits for. */
  public void require(final State state, final Block block) throws FailureException {
    final Header header = block.header();
    final long height = header.height();
    same(height, "height", state.nextHeight(), height);
    same(height, "chain id", state.chainId(), header.chainId());
    same(height, "protocol version", state.version(), header.version());
    same(height, "last block id", state.lastBlockId(), header.lastBlockId());
    same(height, "app hash", state.appHash(), header.appHash());
    same(height, "last results hash", state.lastResultsHash(), header.lastResultsHash());
    same(height, "consensus hash", consensusHash(state.consensusParams()), header.consensusHash());
    same(
        height,
        "next validators hash",
        nextValidatorsHash(state.nextValidators()),
        header.nextValidatorsHash());
    requireTime(state, block);
  }

  private void requireTime(final State state, final Block block) throws FailureException {
    final Header header = block.header();
    final long height = header.height();
    if (height == state.initialHeight()) {
      if (!line.knowsProposerBasedTime()) {
        same(height, "time (the genesis time)", state.lastBlockTime(), header.time());
      } else if (header.time().isBefore(state.lastBlockTime())) {
        throw mismatch(
            height, "time", "not before " + state.lastBlockTime(), header.time().toString());
      }
      return;
    }
    if (!header.time().isAfter(state.lastBlockTime())) {
      throw mismatch(height, "time", "after " + state.lastBlockTime(), header.time().toString());
    }
    // elsewhere the median was compared when the block was proven; here it takes the params
    if (line.knowsProposerBasedTime() && !state.nextTimeIsProposers()) {
      final Optional<Instant> median =
          MedianTime.of(block.lastCommit(), state.lastValidators(), line.medianTimeRule());
      same(height, "time", median.map(Instant::toString).orElse("none"), header.time().toString());
    }
  }

  /**
   * Fails unless the next header says the same of validators, params and app version as the state
   * after a block; {@code proven} when that header was proven already.
   */
  public void requireFollowedBy(final State after, final Header next, final boolean proven)
      throws FailureException {
    answered(after, "app version", after.version(), next.version(), proven);
    answered(
        after,
        "consensus hash",
        consensusHash(after.consensusParams()),
        next.consensusHash(),
        proven);
    answered(
        after,
        "next validators hash",
        nextValidatorsHash(after.nextValidators()),
        next.nextValidatorsHash(),
        proven);
  }

  private static void answered(
      final State after,
      final String what,
      final Object computed,
      final Object stated,
      final boolean proven)
      throws FailureException {
    if (!computed.equals(stated)) {
      throw AnswerChecks.mismatch(
          after.lastBlockHeight(), what, stated.toString(), computed.toString(), proven);
    }
  }

  private Hash consensusHash(final ConsensusParams params) {
    if (!params.equals(hashedParams)) {
      hashedParams = params;
      paramsHash = Hashes.consensusHash(params);
    }
    return paramsHash;
  }

  private Hash nextValidatorsHash(final ValidatorSet set) {
    if (!sameMembers(set, hashedSet)) {
      setHash = Hashes.validatorsHash(set);
    }
    hashedSet = set;
    return setHash;
  }

  /** Members and powers; priorities move with every block and are under no hash. */
  private static boolean sameMembers(final ValidatorSet one, final @Nullable ValidatorSet other) {
    if (other == null || one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      final var a = one.validators().get(i);
      final var b = other.validators().get(i);
      if (a.votingPower() != b.votingPower() || !a.pubKey().equals(b.pubKey())) {
        return false;
      }
    }
    return true;
  }

  private static void same(
      final long height, final String what, final Object expected, final Object found)
      throws FailureException {
    if (!expected.equals(found)) {
      throw mismatch(height, what, expected.toString(), found.toString());
    }
  }

  private static FailureException mismatch(
      final long height, final String what, final String expected, final String found) {
    return new FailureException(
        FailureKind.VERIFICATION,
        "block %d does not follow from this home's state: its %s is %s, expected %s"
            .formatted(height, what, found, expected),
        "Check that genesis file, pool and app belong to the same chain, that the app's version is"
            + " the one that the chain ran at this height, and that the engine line played is the"
            + " app's (--engine).");
  }
}
