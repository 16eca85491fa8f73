package dev.understudy.shim.pipeline;

/**
 * What is known of the process behind the app's address: whether it can have been left in the
 * middle of a block by an earlier run.
 *
 * @param startedByUs it is our child, started by this run
 * @param declaredFresh the operator says that it was restarted
 * @param name names the process uniquely on this machine; empty when it can't be seen
 */
public record AppPresence(boolean startedByUs, boolean declaredFresh, String name) {}
