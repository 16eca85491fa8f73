package dev.understudy.types;

import java.time.Instant;

/**
 * The engine's state after block {@code lastBlockHeight}: what the next block is checked against
 * (CometBFT state/state.go: State). {@code lastValidators} is empty before the first block.
 */
public record State(
    ConsensusVersion version,
    String software,
    String chainId,
    long initialHeight,
    long lastBlockHeight,
    BlockId lastBlockId,
    Instant lastBlockTime,
    ValidatorSet nextValidators,
    ValidatorSet validators,
    ValidatorSet lastValidators,
    long lastHeightValidatorsChanged,
    ConsensusParams consensusParams,
    long lastHeightConsensusParamsChanged,
    Hash lastResultsHash,
    Bytes appHash,
    AppTimeouts timeouts) {

  /** Without timeouts, as on every line but Celestia's. */
  public State(
      final ConsensusVersion version,
      final String software,
      final String chainId,
      final long initialHeight,
      final long lastBlockHeight,
      final BlockId lastBlockId,
      final Instant lastBlockTime,
      final ValidatorSet nextValidators,
      final ValidatorSet validators,
      final ValidatorSet lastValidators,
      final long lastHeightValidatorsChanged,
      final ConsensusParams consensusParams,
      final long lastHeightConsensusParamsChanged,
      final Hash lastResultsHash,
      final Bytes appHash) {
    this(
        version,
        software,
        chainId,
        initialHeight,
        lastBlockHeight,
        lastBlockId,
        lastBlockTime,
        nextValidators,
        validators,
        lastValidators,
        lastHeightValidatorsChanged,
        consensusParams,
        lastHeightConsensusParamsChanged,
        lastResultsHash,
        appHash,
        AppTimeouts.NONE);
  }

  /** The same state with another app hash. */
  public State withAppHash(final Bytes hash) {
    return new State(
        version,
        software,
        chainId,
        initialHeight,
        lastBlockHeight,
        lastBlockId,
        lastBlockTime,
        nextValidators,
        validators,
        lastValidators,
        lastHeightValidatorsChanged,
        consensusParams,
        lastHeightConsensusParamsChanged,
        lastResultsHash,
        hash,
        timeouts);
  }

  /** True where the proposer's clock makes the time of the next block, not the votes' median. */
  public boolean nextTimeIsProposers() {
    return consensusParams.pbtsEnableHeight() > 0
        && consensusParams.pbtsEnableHeight() <= nextHeight();
  }

  /** The height that the next block must have. */
  public long nextHeight() {
    return lastBlockHeight == 0 ? initialHeight : lastBlockHeight + 1;
  }
}
