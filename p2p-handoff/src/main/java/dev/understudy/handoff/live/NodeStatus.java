package dev.understudy.handoff.live;

/**
 * What a node's RPC says of itself.
 *
 * @param network the chain's id
 * @param earliest the lowest block that it still has
 * @param height its newest block
 */
public record NodeStatus(String network, long earliest, long height, boolean catchingUp) {}
