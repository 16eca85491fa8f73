package dev.understudy.types.json;

import java.util.Optional;

/**
 * One item of a snapshot pool: a chunk, and in the first one all that belongs to the whole.
 *
 * @param height of the item's key
 * @param chunk number of the chunk, of the item's key
 * @param head empty in later chunks, where the archive has null
 * @param chunkBytes length of the chunk, which went to the caller's stream
 */
public record SnapshotItem(
    long height, long chunk, Optional<ArchivedSnapshot> head, long chunkBytes) {}
