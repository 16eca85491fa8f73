/**
 * Keys of validators: their addresses and the check of their signatures, as the engine lines judge
 * them. Knows keys and bytes, neither votes nor commits, and holds no private key.
 */
@NullMarked
package dev.understudy.types.crypto;

import org.jspecify.annotations.NullMarked;
