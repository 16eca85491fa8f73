/**
 * Embedded parts for trying Understudy without a network or Go: an app that behaves as CometBFT's
 * own example, on a real ABCI socket. Must not be needed by anything that serves a real chain.
 */
@NullMarked
package dev.understudy.tools.demo;

import org.jspecify.annotations.NullMarked;
