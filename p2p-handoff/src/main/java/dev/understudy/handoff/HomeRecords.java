package dev.understudy.handoff;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;

/** What the checks read: the stores of a home that is held still, and the two heads in them. */
record HomeRecords(
    EngineLine line, BlockStore blocks, StateStore states, BlockDescriptor counted, State state) {

  /** The height after which the node goes on. */
  long lastHeight() {
    return counted.isEmpty() ? state.lastBlockHeight() : counted.height();
  }

  boolean lastBlockIsApplied() {
    return counted.height() == state.lastBlockHeight();
  }
}
