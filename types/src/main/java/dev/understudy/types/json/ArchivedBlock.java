package dev.understudy.types.json;

import dev.understudy.types.Block;
import dev.understudy.types.BlockResults;
import java.util.Optional;

/**
 * An archive's data item: the block under its key, which is its height, and the results where the
 * archive has them and they were asked for. Well-formed, not proven.
 */
public record ArchivedBlock(long key, Block block, Optional<BlockResults> results) {}
