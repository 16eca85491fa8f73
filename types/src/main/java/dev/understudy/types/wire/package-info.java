/**
 * Protobuf forms of the chain's vocabulary, per engine line where they differ, and the hashes that
 * are defined over them. The generated messages live below and leave this package only toward ABCI,
 * p2p and storage codecs.
 */
@NullMarked
package dev.understudy.types.wire;

import org.jspecify.annotations.NullMarked;
