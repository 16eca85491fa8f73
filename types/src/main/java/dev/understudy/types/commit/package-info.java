/**
 * Commits as proofs: the bytes that validators sign, the check of a commit against a validator set,
 * and the time that a commit gives to a block. Does no I/O; knows no source of commits and no use
 * of the outcome.
 */
@NullMarked
package dev.understudy.types.commit;

import org.jspecify.annotations.NullMarked;
