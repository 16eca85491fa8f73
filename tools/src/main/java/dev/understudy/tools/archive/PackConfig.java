package dev.understudy.tools.archive;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What to pack from where.
 *
 * @param rpc a node's RPC, http, https or tcp
 * @param out the archive folder, new or packed before
 * @param from first height; default: the first that the node has, or where the archive ends
 * @param to last height; default: the node's latest as packing starts
 * @param shape when a bundle is full
 * @param attempts how often a request is tried
 * @param firstPause before the second attempt; doubles from there, with jitter
 */
public record PackConfig(
    URI rpc,
    Path out,
    Set<BlockRuntime> runtimes,
    OptionalLong from,
    OptionalLong to,
    BundleShape shape,
    int attempts,
    Duration firstPause) {
  public static final int DEFAULT_BUNDLE_ITEMS = 150;
  public static final long DEFAULT_BUNDLE_BYTES = 64L << 20;

  public PackConfig {
    if (runtimes.isEmpty() || attempts < 1) {
      throw new IllegalArgumentException("a pack needs a runtime and an attempt");
    }
    // an enum set keeps the pools in their order
    runtimes = Collections.unmodifiableSet(EnumSet.copyOf(runtimes));
    if (from.orElse(1) < 1 || to.orElse(1) < 1) {
      throw new IllegalArgumentException("heights begin at 1");
    }
  }

  /** Everything that a node has, both runtimes. */
  public static PackConfig everything(final URI rpc, final Path out) {
    return new PackConfig(
        rpc,
        out,
        EnumSet.allOf(BlockRuntime.class),
        OptionalLong.empty(),
        OptionalLong.empty(),
        new BundleShape(DEFAULT_BUNDLE_ITEMS, DEFAULT_BUNDLE_BYTES),
        8,
        Duration.ofMillis(250));
  }
}
