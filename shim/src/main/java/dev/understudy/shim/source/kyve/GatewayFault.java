package dev.understudy.shim.source.kyve;

import java.time.Duration;
import java.util.Optional;

/** One try at one gateway failed; another try, or another gateway, may do better. */
final class GatewayFault extends Exception {

  /** What a fault says about the gateway. */
  enum Weight {
    /** May be gone in a moment: no connection, a stall, a cut, a server error. */
    PASSING,
    /** The gateway asks to be left alone for a while. */
    THROTTLED,
    /** The gateway says that it does not have the thing; asking often is no use. */
    REFUSED,
    /** The gateway gave something else than was asked for. */
    LIED
  }

  private final Weight weight;
  private final Optional<Duration> retryAfter;

  GatewayFault(final Weight weight, final String reason) {
    this(weight, reason, Optional.empty());
  }

  GatewayFault(final Weight weight, final String reason, final Optional<Duration> retryAfter) {
    super(reason);
    this.weight = weight;
    this.retryAfter = retryAfter;
  }

  Weight weight() {
    return weight;
  }

  /** How long the gateway wants not to be asked. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
