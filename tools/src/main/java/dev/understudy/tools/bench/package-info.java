/**
 * Measures Understudy beside the ideal feeder, the real node's block sync and KSYNC, on the same
 * blocks, app and machine, and downloads beside sick gateways. Everything measured but the feeder
 * is a process of its own, seen from outside; knows nothing of the pipeline's inside, and never
 * prints.
 */
@NullMarked
package dev.understudy.tools.bench;

import org.jspecify.annotations.NullMarked;
