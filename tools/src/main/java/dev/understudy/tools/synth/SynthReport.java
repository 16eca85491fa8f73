package dev.understudy.tools.synth;

import java.time.Duration;

/**
 * What was made.
 *
 * @param bundles over all pools
 */
public record SynthReport(
    String chainId, long firstHeight, long lastHeight, int bundles, Duration took) {

  public long blocks() {
    return lastHeight - firstHeight + 1;
  }
}
