/**
 * The app seen through ABCI: the calls a stand-in for the engine makes, in the chain's vocabulary.
 * Must not know what becomes of the answers; that is {@code shim.execute}'s and the stores'.
 */
@NullMarked
package dev.understudy.shim.abci;

import org.jspecify.annotations.NullMarked;
