/**
 * The real node seen from outside, through its RPC: whether it is live, and in words why not. Asks
 * and reads only; starts no process and knows no database.
 */
@NullMarked
package dev.understudy.handoff.live;

import org.jspecify.annotations.NullMarked;
