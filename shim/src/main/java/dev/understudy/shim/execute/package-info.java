/**
 * What a block does to the engine's state and what the app is told of it: the rules of
 * state/execution.go as pure functions. Knows neither the archive, nor databases, nor sockets.
 */
@NullMarked
package dev.understudy.shim.execute;

import org.jspecify.annotations.NullMarked;
