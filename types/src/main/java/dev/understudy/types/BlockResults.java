package dev.understudy.types;

import java.util.List;
import java.util.Optional;

/**
 * The app's answer to a whole block, the same shape for FinalizeBlock and for Begin/Deliver/End:
 * there the events are those of BeginBlock followed by those of EndBlock, and the app hash comes
 * with Commit.
 *
 * @param beginBlockEvents how many of the events are BeginBlock's; 0 with FinalizeBlock
 * @param timeouts of Celestia's EndBlock; {@link AppTimeouts#NONE} on every other line
 */
public record BlockResults(
    List<Event> events,
    int beginBlockEvents,
    List<ExecTxResult> txResults,
    List<ValidatorUpdate> validatorUpdates,
    Optional<ConsensusParamsUpdate> consensusParamsUpdate,
    Bytes appHash,
    AppTimeouts timeouts) {
  public BlockResults {
    events = List.copyOf(events);
    txResults = List.copyOf(txResults);
    validatorUpdates = List.copyOf(validatorUpdates);
    if (beginBlockEvents < 0 || beginBlockEvents > events.size()) {
      throw new IllegalArgumentException(
          "%d of %d events are BeginBlock's".formatted(beginBlockEvents, events.size()));
    }
  }

  /** Of FinalizeBlock. */
  public BlockResults(
      final List<Event> events,
      final List<ExecTxResult> txResults,
      final List<ValidatorUpdate> validatorUpdates,
      final Optional<ConsensusParamsUpdate> consensusParamsUpdate,
      final Bytes appHash) {
    this(events, 0, txResults, validatorUpdates, consensusParamsUpdate, appHash);
  }

  /** Without timeouts, as on every line but Celestia's. */
  public BlockResults(
      final List<Event> events,
      final int beginBlockEvents,
      final List<ExecTxResult> txResults,
      final List<ValidatorUpdate> validatorUpdates,
      final Optional<ConsensusParamsUpdate> consensusParamsUpdate,
      final Bytes appHash) {
    this(
        events,
        beginBlockEvents,
        txResults,
        validatorUpdates,
        consensusParamsUpdate,
        appHash,
        AppTimeouts.NONE);
  }
}
