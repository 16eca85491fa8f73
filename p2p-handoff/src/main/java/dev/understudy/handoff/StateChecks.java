package dev.understudy.handoff;

import dev.understudy.handoff.Check.Answer;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.MalformedWireException;
import java.util.List;
import java.util.Optional;

/** Questions to the state store: the state itself and the records that a node needs with it. */
final class StateChecks {
  private final HomeRecords home;
  private final State state;

  StateChecks(final HomeRecords home) {
    this.home = home;
    this.state = home.state();
  }

  List<Check> all() {
    return List.of(
        new Check("state", this::matchesBlock),
        new Check("validators", this::validators),
        new Check("params", this::params),
        new Check("results", this::results));
  }

  /** The state's own fields against the header of the block that made it. */
  private Finding matchesBlock(final Answer answer) {
    final long height = state.lastBlockHeight();
    final Optional<Header> header =
        height == 0
            ? Optional.empty()
            : home.blocks().loadMeta(height).map(BlockCodec.Meta::header);
    if (header.isEmpty()) {
      return answer.passed("state at height %d, without a block to compare".formatted(height));
    }
    final String field =
        firstDifference(header.get(), home.blocks().loadMeta(height + 1).map(m -> m.header()));
    if (!field.isEmpty()) {
      return answer.damaged("the state at height %d has another %s".formatted(height, field));
    }
    return answer.passed("state at height %d fits its block".formatted(height));
  }

  private String firstDifference(final Header last, final Optional<Header> next) {
    if (!last.chainId().equals(state.chainId())) {
      return "chain id than its block";
    }
    if (!last.time().equals(state.lastBlockTime())) {
      return "time than its block";
    }
    if (!last.validatorsHash().equals(Hashes.validatorsHash(state.lastValidators()))) {
      return "last validator set than its block";
    }
    if (!last.nextValidatorsHash().equals(Hashes.validatorsHash(state.validators()))) {
      return "validator set than its block announced";
    }
    if (next.isPresent() && home.counted().contains(state.lastBlockHeight() + 1)) {
      if (!next.get().appHash().equals(state.appHash())) {
        return "app hash than the block above it says";
      }
      if (!next.get().lastResultsHash().equals(state.lastResultsHash())) {
        return "results hash than the block above it says";
      }
    }
    return "";
  }

  private Finding validators(final Answer answer) {
    final long next = state.nextHeight();
    final Optional<String> trouble =
        trouble(next, state.validators()).or(() -> trouble(next + 1, state.nextValidators()));
    return trouble.isPresent()
        ? answer.damaged(trouble.get())
        : answer.passed("records for heights %d and %d are there".formatted(next, next + 1));
  }

  private Optional<String> trouble(final long height, final ValidatorSet expected) {
    final Optional<ValidatorSet> stored = home.states().loadValidators(height);
    if (stored.isEmpty()) {
      return Optional.of("the record of the validators of height %d is missing".formatted(height));
    }
    // a set may be empty only where the app has yet to name the first one
    return Hashes.validatorsHash(stored.get()).equals(Hashes.validatorsHash(expected))
        ? Optional.empty()
        : Optional.of(
            "the record of the validators of height %d is not what the state says"
                .formatted(height));
  }

  private Finding params(final Answer answer) {
    final long next = state.nextHeight();
    final Optional<ConsensusParams> stored = home.states().loadConsensusParams(next);
    if (stored.isEmpty()) {
      return answer.damaged("the record of the params of height %d is missing".formatted(next));
    }
    if (!stored.get().equals(state.consensusParams())) {
      return answer.damaged(
          "the record of the params of height %d is not what the state says".formatted(next));
    }
    return answer.passed("the record for height %d is there".formatted(next));
  }

  private Finding results(final Answer answer) {
    final long height = state.lastBlockHeight();
    if (height == 0 || !home.counted().contains(height)) {
      return answer.passed("no block was executed here");
    }
    if (height == home.counted().base() && height > state.initialHeight()) {
      return answer.passed(
          "block %d came with a snapshot and was not executed here".formatted(height));
    }
    final Optional<Bytes> raw =
        home.states().loadResults(height).or(() -> home.states().loadLastResults(height));
    if (raw.isEmpty()) {
      return answer.damaged("the app's answer to block %d is missing".formatted(height));
    }
    final BlockResults results;
    try {
      results = AnswersCodec.decodeRecord(raw.get(), home.line());
    } catch (final MalformedWireException e) {
      return answer.damaged(
          "the app's answer to block %d can't be read: %s".formatted(height, e.getMessage()));
    }
    final Hash hash = Hashes.resultsHash(results.txResults());
    if (!hash.equals(state.lastResultsHash())) {
      return answer.damaged(
          "the app's answer to block %d has results hash %s, the state %s"
              .formatted(height, hash, state.lastResultsHash()));
    }
    return answer.passed("the app's answer to block %d is there and fits".formatted(height));
  }
}
