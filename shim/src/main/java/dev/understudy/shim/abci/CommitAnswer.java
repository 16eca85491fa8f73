package dev.understudy.shim.abci;

import dev.understudy.types.Bytes;

/**
 * The app's answer to Commit.
 *
 * @param appHash given here up to 0.37; empty on lines that give it with the block's results
 * @param retainHeight the lowest height the app still needs; 0 keeps all
 */
public record CommitAnswer(Bytes appHash, long retainHeight) {}
