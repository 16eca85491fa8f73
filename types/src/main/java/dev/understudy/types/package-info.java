/**
 * The vocabulary of a Tendermint/CometBFT chain as immutable values: heights, hashes, blocks,
 * commits, validator sets, consensus params, state. Knows no I/O, no database and no network.
 */
@NullMarked
package dev.understudy.types;

import org.jspecify.annotations.NullMarked;
