package dev.understudy.types;

/**
 * A snapshot as an app describes it: what it takes to restore the app at a height.
 *
 * @param format the app's own number for how chunks are made
 * @param chunks how many there are, numbered from 0
 * @param hash the app's own hash over the snapshot; no header covers it
 * @param metadata the app's own, in an SDK app the hashes of the chunks
 */
public record Snapshot(long height, int format, int chunks, Bytes hash, Bytes metadata) {}
