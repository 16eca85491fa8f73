/**
 * Proves archived blocks: recomputes what headers commit to, follows the hash links, checks
 * commits. Does no I/O and knows neither archive, app nor databases.
 */
@NullMarked
package dev.understudy.shim.verify;

import org.jspecify.annotations.NullMarked;
