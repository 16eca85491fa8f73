package dev.understudy.storage.state;

import dev.understudy.types.Bytes;
import dev.understudy.types.State;

/**
 * A block that the app has committed.
 *
 * @param after the engine's state after it
 * @param answer the app's raw answer to it
 */
public record AppliedBlock(State after, Bytes answer) {}
