package dev.understudy.shim.source;

import java.math.BigInteger;
import java.util.Optional;

/**
 * With how much stake the archive's own validators have said that a bundle is right. Old bundles
 * don't tell.
 *
 * @param height of the archive's chain
 */
public record Finalization(Optional<Long> height, Optional<Stake> stake) {

  /** Voting power for the bundle, and of all validators of the pool. */
  public record Stake(BigInteger valid, BigInteger total) {}
}
