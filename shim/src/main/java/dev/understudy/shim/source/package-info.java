/**
 * Where archived bundles come from: the contract of a source, what a bundle is, how a source is
 * configured and what it counts. Knows files and byte limits; knows nothing of what a block is, of
 * proofs, of the app or of databases.
 */
@NullMarked
package dev.understudy.shim.source;

import org.jspecify.annotations.NullMarked;
