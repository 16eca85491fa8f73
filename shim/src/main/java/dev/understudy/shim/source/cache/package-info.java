/**
 * The bounded store of downloaded bundles on disk, keyed by what they hash to. Knows files and
 * hashes; knows nothing of pools, gateways or what a bundle holds.
 */
@NullMarked
package dev.understudy.shim.source.cache;

import org.jspecify.annotations.NullMarked;
