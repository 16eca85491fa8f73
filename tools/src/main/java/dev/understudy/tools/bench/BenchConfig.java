package dev.understudy.tools.bench;

import dev.understudy.types.line.EngineLine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is to be measured.
 *
 * @param archive a folder in KYVE's form, with the chain's genesis file
 * @param target last height; empty is the last one that the archive proves
 * @param rounds how often each peer runs, in turn
 * @param launcher starts Understudy: a program and its first arguments
 * @param understudyArgs more arguments for {@code block-sync}
 * @param variants Understudy again, under another name, with these arguments behind those
 * @param cometbft the real node; for a chain's binary any value means the binary itself
 * @param ksync KSYNC's program
 * @param proxy whether the proxy stands before the app
 * @param syncDelayMillis how much longer each sync of the disk takes; 0 leaves it as it is
 * @param p2pFlushMillis how long a node gathers messages before it sends them ({@code
 *     p2p.flush_throttle_timeout})
 * @param folder where homes and logs lie
 * @param runLimit after this long a run counts as hung
 */
public record BenchConfig(
    Path archive,
    long pool,
    OptionalLong target,
    int rounds,
    EngineLine line,
    AppChoice app,
    List<String> launcher,
    List<String> understudyArgs,
    Map<String, List<String>> variants,
    Optional<Path> cometbft,
    Optional<Path> ksync,
    List<String> ksyncArgs,
    boolean proxy,
    int syncDelayMillis,
    int p2pFlushMillis,
    Path folder,
    Duration runLimit) {

  /** What a node does by default (config/config.go: DefaultP2PConfig). */
  public static final int NODES_P2P_FLUSH_MILLIS = 100;

  public BenchConfig {
    launcher = List.copyOf(launcher);
    understudyArgs = List.copyOf(understudyArgs);
    ksyncArgs = List.copyOf(ksyncArgs);
    variants = Collections.unmodifiableMap(new LinkedHashMap<>(variants));
    if (rounds < 1) {
      throw new IllegalArgumentException("a bench needs at least one round");
    }
    if (syncDelayMillis < 0) {
      throw new IllegalArgumentException("a sync can't be made faster");
    }
  }
}
