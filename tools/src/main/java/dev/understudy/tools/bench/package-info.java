/**
 * Measures Understudy beside the ideal feeder, the real node's block sync and KSYNC, on the same
 * blocks, app and machine; downloads beside sick gateways, and a state sync over a long wire.
 * Everything measured but the feeder, and one bundle after the other, is a process of its own, seen
 * from outside; knows nothing of the pipeline's inside, and never prints.
 */
@NullMarked
package dev.understudy.tools.bench;

import org.jspecify.annotations.NullMarked;
