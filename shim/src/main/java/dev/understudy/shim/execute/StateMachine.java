package dev.understudy.shim.execute;

import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.InitChainResults;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.merkle.MerkleTree;
import dev.understudy.types.validators.InvalidValidatorsException;
import dev.understudy.types.validators.InvalidValidatorsException.Source;
import dev.understudy.types.validators.ProposerRotation;
import dev.understudy.types.validators.ValidatorSetUpdates;
import dev.understudy.types.wire.Hashes;
import java.util.List;

/**
 * From one state to the next (CometBFT state/state.go: MakeGenesisState; consensus/replay.go:
 * ReplayBlocks for InitChain; state/execution.go: updateState, at v0.38.25).
 */
public final class StateMachine {
  private final EngineLine line;

  public StateMachine(final EngineLine line) {
    this.line = line;
  }

  /** The state before InitChain. */
  public State genesis(final GenesisDoc genesis) throws FailureException {
    final ValidatorSet set =
        ValidatorSetUpdates.newValidatorSet(
            genesis.validators().stream()
                .map(v -> new ValidatorUpdate(v.pubKey(), v.power()))
                .map(ValidatorSetUpdates::validatorOf)
                .toList(),
            Source.GENESIS);
    return new State(
        new ConsensusVersion(EngineLine.BLOCK_PROTOCOL, appVersion(genesis)),
        line.software(),
        genesis.chainId(),
        genesis.initialHeight(),
        0,
        BlockId.ZERO,
        genesis.genesisTime(),
        set.isEmpty() ? set : ProposerRotation.increment(set, 1),
        set,
        ValidatorSet.EMPTY,
        genesis.initialHeight(),
        genesis.consensusParams(),
        genesis.initialHeight(),
        Hash.EMPTY,
        genesis.appHash());
  }

  private long appVersion(final GenesisDoc genesis) {
    final long named = genesis.consensusParams().appVersion();
    return named == 0 ? line.presetAppVersion().orElse(0) : named;
  }

  /** What InitChain sends: the genesis validators in set order. */
  public static List<ValidatorUpdate> initialValidators(final State genesis) {
    return genesis.validators().validators().stream()
        .map(validator -> new ValidatorUpdate(validator.pubKey(), validator.votingPower()))
        .toList();
  }

  /** The state with which the first block is executed. */
  public State afterInitChain(
      final State genesis, final AppInfo info, final InitChainResults results)
      throws FailureException {
    ValidatorSet validators = genesis.validators();
    ValidatorSet nextValidators = genesis.nextValidators();
    if (!results.validators().isEmpty()) {
      validators =
          ValidatorSetUpdates.newValidatorSet(
              results.validators().stream().map(ValidatorSetUpdates::validatorOf).toList(),
              Source.APP);
      nextValidators = ProposerRotation.increment(validators, 1);
    } else if (validators.isEmpty()) {
      throw new FailureException(
          FailureKind.APP,
          "no validators: the genesis file names none and the app's answer to InitChain neither",
          "Check that the genesis file belongs to this chain and that the app was started with"
              + " it.");
    }
    ConsensusParams params = genesis.consensusParams();
    long appVersion =
        line.presetAppVersion().isPresent() ? genesis.version().app() : info.appVersion();
    if (results.consensusParams().isPresent()) {
      params = results.consensusParams().get().applyTo(params);
      appVersion = params.appVersion();
    }
    return new State(
        new ConsensusVersion(genesis.version().block(), appVersion),
        genesis.software(),
        genesis.chainId(),
        genesis.initialHeight(),
        0,
        genesis.lastBlockId(),
        genesis.lastBlockTime(),
        nextValidators,
        validators,
        genesis.lastValidators(),
        genesis.lastHeightValidatorsChanged(),
        params,
        genesis.lastHeightConsensusParamsChanged(),
        MerkleTree.EMPTY_ROOT,
        results.appHash().isEmpty() ? genesis.appHash() : results.appHash(),
        results.timeouts());
  }

  /** The state after a block with these results; the block was checked against {@code state}. */
  public State apply(
      final State state, final Block block, final BlockId blockId, final BlockResults results)
      throws FailureException {
    final long height = block.height();
    ValidatorSet next = state.nextValidators();
    long validatorsChanged = state.lastHeightValidatorsChanged();
    if (!results.validatorUpdates().isEmpty()) {
      next = update(next, results.validatorUpdates(), state.consensusParams(), height);
      validatorsChanged = height + 2;
    }
    next = ProposerRotation.increment(next, 1);

    ConsensusParams params = state.consensusParams();
    ConsensusVersion version = state.version();
    long paramsChanged = state.lastHeightConsensusParamsChanged();
    if (results.consensusParamsUpdate().isPresent()) {
      params = results.consensusParamsUpdate().get().applyTo(params);
      ParamsRules.requireValid(state.consensusParams(), params, height, line);
      version = new ConsensusVersion(version.block(), params.appVersion());
      // moves even when the app repeats what is in force, as SDK 0.50 does every block
      paramsChanged = height + 1;
    }
    return new State(
        version,
        state.software(),
        state.chainId(),
        state.initialHeight(),
        height,
        blockId,
        block.header().time(),
        next,
        state.nextValidators(),
        state.validators(),
        validatorsChanged,
        params,
        paramsChanged,
        Hashes.resultsHash(results.txResults()),
        results.appHash(),
        results.timeouts());
  }

  private ValidatorSet update(
      final ValidatorSet set,
      final List<ValidatorUpdate> updates,
      final ConsensusParams params,
      final long height)
      throws FailureException {
    try {
      ValidatorSetUpdates.requireAllowed(
          updates, params.pubKeyTypes(), line.checksKeyTypesOfRemovals());
      return ValidatorSetUpdates.updateWithChangeSet(
          set, updates.stream().map(ValidatorSetUpdates::validatorOf).toList());
    } catch (final InvalidValidatorsException e) {
      throw new FailureException(
          e.kind(),
          "the app's validator updates of block %d can't be applied: %s"
              .formatted(height, e.getMessage()),
          e.advice(),
          e);
    }
  }
}
