package dev.understudy.types.made;

import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ValidatorSet;

/**
 * A block of a made chain with all that belongs to its height.
 *
 * @param commit for this block, so part of the next one
 * @param set the validators of this height
 * @param next those of the next one
 * @param params in force for this block
 * @param results the app's answer to it
 */
public record MadeBlock(
    Block block,
    BlockId id,
    Commit commit,
    ValidatorSet set,
    ValidatorSet next,
    ConsensusParams params,
    BlockResults results) {}
