package dev.understudy.shim.status;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Progress at one moment, ready to be shown.
 *
 * @param share of the target height, 0 to 1; empty while there is no target
 * @param now over the last seconds
 * @param overall since the handshake
 * @param eta until the target at the last minute's speed; empty without a target or progress
 */
public record SyncSnapshot(
    SyncCounts counts, OptionalDouble share, Rates now, Rates overall, Optional<Duration> eta) {}
