/** Merkle trees as CometBFT builds them (RFC 6962). Knows bytes and hashes only. */
@NullMarked
package dev.understudy.types.merkle;

import org.jspecify.annotations.NullMarked;
