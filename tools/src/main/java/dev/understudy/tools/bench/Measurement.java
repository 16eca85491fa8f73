package dev.understudy.tools.bench;

/**
 * One run of one peer.
 *
 * @param round from 1
 * @param ofFeeder its blocks/s as a part of the ideal feeder's in the same round
 * @param loadBefore the machine's load average when the run began
 */
record Measurement(String peer, int round, Peer.Run run, double ofFeeder, double loadBefore) {}
