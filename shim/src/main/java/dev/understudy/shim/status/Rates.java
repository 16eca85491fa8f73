package dev.understudy.shim.status;

import java.util.OptionalDouble;

/**
 * How fast it goes over some time.
 *
 * @param bytes downloaded, per second
 * @param appIdleShare share of the time in which the app had no request to work on, 0 to 1; empty
 *     while no app is connected
 */
public record Rates(double blocks, double txs, double bytes, OptionalDouble appIdleShare) {}
