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
    Bytes appHash) {

  /** The height that the next block must have. */
  public long nextHeight() {
    return lastBlockHeight == 0 ? initialHeight : lastBlockHeight + 1;
  }
}
