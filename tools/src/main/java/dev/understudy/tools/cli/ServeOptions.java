package dev.understudy.tools.cli;

import dev.understudy.shim.ServeConfig;
import dev.understudy.shim.serve.SnapshotServer;
import dev.understudy.shim.serve.StateForm;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How snapshots are made and served; KSYNC's flags, and three of ours. */
final class ServeOptions {
  @Option(
      names = "--snapshot-port",
      defaultValue = "" + SnapshotServer.DEFAULT_PORT,
      paramLabel = "PORT",
      description = "TCP port of the snapshot API; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port = SnapshotServer.DEFAULT_PORT;

  @Option(
      names = "--snapshot-listen",
      defaultValue = SnapshotServer.DEFAULT_HOST,
      paramLabel = "ADDRESS",
      description =
          "Address of the snapshot API; anything but loopback shows it to the network (default:"
              + " ${DEFAULT-VALUE}).")
  private String listen = SnapshotServer.DEFAULT_HOST;

  @Option(
      names = "--start-height",
      paramLabel = "HEIGHT",
      description =
          "Begin an empty home with the nearest archived snapshot at or below this height (default:"
              + " one interval before the pool's newest).")
  private @Nullable Long startHeight;

  @Option(
      names = "--snapshot-interval",
      paramLabel = "N",
      description = "A snapshot every N heights (default: what the snapshot pool's config says).")
  private @Nullable Long interval;

  @Option(
      names = "--pruning",
      defaultValue = "true",
      fallbackValue = "true",
      arity = "0..1",
      paramLabel = "BOOL",
      description =
          "Forget states, blocks and snapshots that lie more than six intervals back (default:"
              + " ${DEFAULT-VALUE}).")
  private boolean pruning = true;

  @Option(
      names = "--keep-snapshots",
      description = "Let the app keep all of its snapshots nevertheless (default: no).")
  private boolean keepSnapshots;

  @Option(
      names = "--skip-waiting",
      description =
          "Do not stay within three intervals of the pool; only with --pruning=false (default:"
              + " no).")
  private boolean skipWaiting;

  @Option(
      names = "--ksync-states",
      description =
          "Show states as KSYNC does, faults included: for a pool whose other nodes run KSYNC"
              + " (default: no).")
  private boolean ksyncStates;

  ServeConfig toConfig() {
    return new ServeConfig(
        listen,
        port,
        ksyncStates ? StateForm.KSYNC : StateForm.RIGHT,
        optional(interval),
        optional(startHeight),
        pruning,
        keepSnapshots,
        !skipWaiting);
  }

  private static OptionalLong optional(final @Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
