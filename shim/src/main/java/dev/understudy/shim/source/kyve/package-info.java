/**
 * The KYVE archive as a source: its pools, bundles, storage providers and data items, and the rules
 * by which a bundle proves itself. Knows no verification of blocks, no execution and no database.
 */
@NullMarked
package dev.understudy.shim.source.kyve;

import org.jspecify.annotations.NullMarked;
