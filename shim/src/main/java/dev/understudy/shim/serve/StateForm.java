package dev.understudy.shim.serve;

import dev.understudy.types.ConsensusParams;
import dev.understudy.types.State;
import dev.understudy.types.json.ArchivedSnapshot;

/** Which of two states is shown for a snapshot. */
public enum StateForm {
  /** What the engine's state was. */
  RIGHT,
  /**
   * What KSYNC shows: the snapshot's height as the chain's initial one, the consensus params of one
   * block later and the versions of the block itself. KYVE's nodes compare what they archive letter
   * by letter, so a pool whose other nodes run KSYNC takes nothing else.
   */
  KSYNC;

  /**
   * KSYNC's, engines/cometbft-v38/cometbft.go: GetState.
   *
   * @param right the snapshot with the engine's state
   * @param later the consensus params of one block later
   */
  public static State asKsync(final ArchivedSnapshot right, final ConsensusParams later) {
    final State state = right.state();
    final long height = state.lastBlockHeight();
    return new State(
        right.block().header().version(),
        "",
        state.chainId(),
        height,
        height,
        state.lastBlockId(),
        state.lastBlockTime(),
        state.nextValidators(),
        state.validators(),
        state.lastValidators(),
        state.lastHeightValidatorsChanged(),
        later,
        state.lastHeightConsensusParamsChanged(),
        state.lastResultsHash(),
        state.appHash());
  }
}
