/**
 * The way of a block, from the archive to the node's databases, as a chain of steps with bounded
 * queues between them. The only room that sees source, verification, execution and storage at once.
 */
@NullMarked
package dev.understudy.shim.pipeline;

import org.jspecify.annotations.NullMarked;
