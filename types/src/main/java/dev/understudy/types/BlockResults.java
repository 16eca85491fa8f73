package dev.understudy.types;

import java.util.List;
import java.util.Optional;

/**
 * The app's answer to a whole block, the same shape for FinalizeBlock and for Begin/Deliver/End:
 * there the events are those of BeginBlock followed by those of EndBlock, and the app hash comes
 * with Commit.
 */
public record BlockResults(
    List<Event> events,
    List<ExecTxResult> txResults,
    List<ValidatorUpdate> validatorUpdates,
    Optional<ConsensusParamsUpdate> consensusParamsUpdate,
    Bytes appHash) {
  public BlockResults {
    events = List.copyOf(events);
    txResults = List.copyOf(txResults);
    validatorUpdates = List.copyOf(validatorUpdates);
  }
}
