/**
 * Makes valid chains: blocks with real hashes, commits with real signatures, by the functions of
 * {@code types} alone. For made archives and tests. Knows no app (its answers are given), no
 * archive, and no key but those that its callers derive from a seed that anybody may know.
 */
@NullMarked
package dev.understudy.types.made;

import org.jspecify.annotations.NullMarked;
