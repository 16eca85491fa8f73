/**
 * ABCI over a stream socket: length-prefixed frames, the Flush rules, one connection that knows
 * what it waits for. Knows nothing of blocks or of the order of calls; that is {@code shim.abci}'s.
 */
@NullMarked
package dev.understudy.shim.abci.socket;

import org.jspecify.annotations.NullMarked;
