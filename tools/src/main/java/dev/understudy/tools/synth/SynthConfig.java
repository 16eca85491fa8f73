package dev.understudy.tools.synth;

import dev.understudy.tools.archive.BlockRuntime;
import dev.understudy.tools.archive.BundleShape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What to make, and where.
 *
 * @param out the archive folder, new or empty
 * @param seed all keys, transactions and votes follow from it
 * @param validatorKey where the key of the first validator is written, for a node that goes on
 */
public record SynthConfig(
    Path out,
    String chainId,
    long initialHeight,
    String seed,
    ChainShape chain,
    Set<BlockRuntime> runtimes,
    BundleShape bundles,
    Optional<Path> validatorKey) {
  /** CometBFT types/genesis.go: MaxChainIDLen. */
  private static final int LONGEST_CHAIN_ID = 50;

  public SynthConfig {
    if (chainId.isEmpty() || chainId.getBytes(StandardCharsets.UTF_8).length > LONGEST_CHAIN_ID) {
      throw new IllegalArgumentException("a chain id has 1 to " + LONGEST_CHAIN_ID + " bytes");
    }
    if (initialHeight < 1 || initialHeight > Long.MAX_VALUE - chain.blocks()) {
      throw new IllegalArgumentException("heights begin at 1, and end with 64 bits");
    }
    if (runtimes.isEmpty()) {
      throw new IllegalArgumentException("an archive needs a runtime");
    }
    runtimes = Collections.unmodifiableSet(EnumSet.copyOf(runtimes));
  }

  long lastHeight() {
    return initialHeight + chain.blocks() - 1;
  }

  boolean withResults() {
    return runtimes.contains(BlockRuntime.TENDERMINT);
  }
}
