package dev.understudy.types;

import java.time.Instant;
import java.util.List;

/** A chain's genesis document; {@code appState} is the raw JSON text, spacing included. */
public record GenesisDoc(
    Instant genesisTime,
    String chainId,
    long initialHeight,
    ConsensusParams consensusParams,
    List<GenesisValidator> validators,
    Bytes appHash,
    Bytes appState) {

  public GenesisDoc {
    validators = List.copyOf(validators);
  }

  public record GenesisValidator(PubKey pubKey, long power, String name) {}
}
