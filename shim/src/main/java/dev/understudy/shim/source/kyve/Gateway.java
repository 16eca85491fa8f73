package dev.understudy.shim.source.kyve;

import java.net.URI;

/** One address that serves the archive. What was seen of it is kept by its {@link GatewayBoard}. */
final class Gateway {
  private final URI address;

  // guarded by the board
  double bytesPerSecond;
  double durationNanos;
  double trust = 1;
  int inFlight;
  int failuresInRow;
  long lastUseNanos;
  long restUntilNanos;

  Gateway(final URI address, final long nowNanos) {
    this.address = address;
    this.lastUseNanos = nowNanos;
    this.restUntilNanos = nowNanos;
  }

  /** The address, something put behind it. */
  URI with(final String suffix) {
    final String base = address.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + suffix);
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
