package dev.understudy.types;

import java.util.List;
import java.util.Optional;

/** The app's answer to InitChain; validators, where given, replace those of the genesis. */
public record InitChainResults(
    Optional<ConsensusParamsUpdate> consensusParams,
    List<ValidatorUpdate> validators,
    Bytes appHash,
    AppTimeouts timeouts) {
  public InitChainResults {
    validators = List.copyOf(validators);
  }

  /** Without timeouts, as on every line but Celestia's. */
  public InitChainResults(
      final Optional<ConsensusParamsUpdate> consensusParams,
      final List<ValidatorUpdate> validators,
      final Bytes appHash) {
    this(consensusParams, validators, appHash, AppTimeouts.NONE);
  }
}
