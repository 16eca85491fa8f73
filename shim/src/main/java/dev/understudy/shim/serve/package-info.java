/**
 * The snapshot API that KYVE's nodes archive from, over the stores and the app of a working sync,
 * and the pace at which such a sync may go. Knows no archive format: it answers with what node and
 * app have.
 */
@NullMarked
package dev.understudy.shim.serve;

import org.jspecify.annotations.NullMarked;
