package dev.understudy.shim;

import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.line.EngineLine;

/**
 * What a working sync lets others read: its stores, which may be closed under the reader's hands
 * when the run ends, and how far they may be read.
 *
 * @param height the last height of which block, results and state are stored; what lies above was
 *     put ahead and does not count yet
 * @param appVersion the app's protocol version when the run began
 * @param catchingUp whether the chain is known to go on above {@code height}
 */
public record OpenChain(
    EngineLine line,
    GenesisDoc genesis,
    BlockStore blocks,
    StateStore states,
    long height,
    long appVersion,
    boolean catchingUp) {}
