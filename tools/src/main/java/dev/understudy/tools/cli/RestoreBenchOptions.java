package dev.understudy.tools.cli;

import dev.understudy.tools.bench.RestoreBench;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code understudy bench --state-sync}: what is restored, and over what wire. */
final class RestoreBenchOptions {
  private static final int MEGA = 1_000_000;
  private static final int LARGEST_CHUNK = 200;
  private static final int MOST = 1_000_000;

  @Option(
      names = "--state-sync",
      description =
          "Measure a state sync over a long wire instead, beside one bundle after the other;"
              + " archive and app are made for it.")
  private boolean chosen;

  @Option(
      names = "--snapshot-mb",
      defaultValue = "500",
      paramLabel = "MB",
      description = "Size of the snapshot in 10^6 bytes (default: ${DEFAULT-VALUE}).")
  private int snapshotMega = 500;

  @Option(
      names = "--chunk-mb",
      defaultValue = "10",
      paramLabel = "MB",
      description = "Size of a chunk in 10^6 bytes, 1 to 200 (default: ${DEFAULT-VALUE}).")
  private int chunkMega = 10;

  @Option(
      names = "--latency-ms",
      defaultValue = "50",
      paramLabel = "MS",
      description = "The wire's round trip (default: ${DEFAULT-VALUE}).")
  private int latencyMillis = 50;

  @Option(
      names = "--mbit-s",
      defaultValue = "20",
      paramLabel = "MBIT",
      description = "The wire's speed, for each connection (default: ${DEFAULT-VALUE}).")
  private int mbit = 20;

  /** Made by picocli, which sets the fields. */
  RestoreBenchOptions() {}

  boolean chosen() {
    return chosen;
  }

  RestoreBench.Settings toSettings(final int rounds, final Duration runLimit)
      throws FailureException {
    require("--snapshot-mb", snapshotMega, MOST);
    require("--chunk-mb", chunkMega, LARGEST_CHUNK);
    require("--latency-ms", latencyMillis, MOST);
    require("--mbit-s", mbit, MOST);
    return new RestoreBench.Settings(
        rounds,
        (long) snapshotMega * MEGA,
        chunkMega * MEGA,
        Duration.ofMillis(latencyMillis),
        (long) mbit * MEGA,
        runLimit);
  }

  private static void require(final String flag, final int value, final int most)
      throws FailureException {
    if (value < 1 || value > most) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "%s %d is not between 1 and %d".formatted(flag, value, most),
          "Give another value.");
    }
  }
}
