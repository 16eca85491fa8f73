/**
 * What the ways to an app have in common: where it listens, one connection's contract, limits and
 * times. Must not know the ways themselves, {@code socket} and {@code grpc}, nor the order of
 * calls.
 */
@NullMarked
package dev.understudy.shim.abci.transport;

import org.jspecify.annotations.NullMarked;
