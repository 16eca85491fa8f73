package dev.understudy.types;

import java.util.List;
import java.util.Optional;

/** The app's answer to InitChain; validators, where given, replace those of the genesis. */
public record InitChainResults(
    Optional<ConsensusParamsUpdate> consensusParams,
    List<ValidatorUpdate> validators,
    Bytes appHash) {
  public InitChainResults {
    validators = List.copyOf(validators);
  }
}
