package dev.understudy.handoff;

import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;

/**
 * Where a home stands. Heights are 0 where there is nothing yet.
 *
 * @param base the lowest stored block
 * @param height the highest stored block
 * @param stateHeight the last block in the state, which {@code lastBlockId} and {@code appHash}
 *     belong to
 */
public record HomeFacts(
    String chainId,
    String backend,
    long base,
    long height,
    long stateHeight,
    BlockId lastBlockId,
    Bytes appHash) {}
