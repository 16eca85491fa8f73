/**
 * Snapshots from an archive: finding them, proving what they claim against the headers of the block
 * pool, resting that proof on something the operator trusts, and giving the chunks to the app.
 * Knows nothing of databases, homes or processes.
 */
@NullMarked
package dev.understudy.shim.snapshot;

import org.jspecify.annotations.NullMarked;
