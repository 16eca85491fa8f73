/**
 * The hand-over to the real node: whether a home is fit for it, and how the node's handshake with
 * the app will end. Reads homes only, through shadows; changes no database, starts no process and
 * asks no app.
 */
@NullMarked
package dev.understudy.handoff;

import org.jspecify.annotations.NullMarked;
