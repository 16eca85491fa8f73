package dev.understudy.tools.cli;

import dev.understudy.handoff.process.NodeEngine;
import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.app.AppFlags;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.source.WebAddress;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The real node: which one, and what becomes of it. */
final class NodeOptions {
  @Option(
      names = "--node-binary",
      paramLabel = "PATH",
      description =
          "The real node's program, such as cometbft for an app that runs on its own (default:"
              + " --binary).")
  private @Nullable String binary;

  @Option(
      names = "--node-args",
      defaultValue = "",
      paramLabel = "FLAGS",
      description = "More flags for the node's start, separated by commas or spaces.")
  private String args = "";

  @Option(
      names = "--stay",
      description =
          "Stay as the node's parent: pass signals on, let its output go where ours does, and end"
              + " with its exit code (default: leave it running once it is live).")
  private boolean stay;

  @Option(
      names = "--no-start",
      description =
          "Sync and check only; something else starts the node (an init container, a unit).")
  private boolean noStart;

  @Option(
      names = "--live-within-s",
      defaultValue = "300",
      paramLabel = "SECONDS",
      description =
          "A node that has made no step for this long has failed (default: ${DEFAULT-VALUE} s).")
  private long patienceSeconds = 300;

  @Option(
      names = "--peer-rpc",
      split = ",",
      paramLabel = "URL",
      description =
          "RPC of peers, to see whether they hold the blocks after the archive's end (default:"
              + " rpc_servers in config.toml's [statesync]).")
  private List<String> peerRpc = List.of();

  @Option(
      names = "--allow-validator",
      description = "Your word that this home's key is a validator's and is used by no other node.")
  private boolean allowValidator;

  /** Made by picocli, which sets the fields. */
  NodeOptions() {}

  void requireSense() throws FailureException {
    if (stay && noStart) {
      throw wrong("--stay and --no-start are given", "Choose one of the two.");
    }
    if (patienceSeconds < 1) {
      throw wrong("--live-within-s is " + patienceSeconds, "Give at least 1 second.");
    }
  }

  boolean starts() {
    return !noStart;
  }

  boolean stays() {
    return stay;
  }

  boolean validatorAllowed() {
    return allowValidator;
  }

  Duration patience() {
    return Duration.ofSeconds(patienceSeconds);
  }

  List<String> args() throws FailureException {
    return AppFlags.split(args);
  }

  /** The node's program; empty where there is none to start. */
  Optional<AppProgram> program(final SyncConfig.App app, final HomeLayout layout)
      throws FailureException {
    final String given =
        binary != null
            ? binary
            : app instanceof SyncConfig.Child child ? child.binary().toString() : null;
    if (given == null) {
      if (noStart) {
        return Optional.empty();
      }
      throw wrong(
          "the app runs on its own, and no --node-binary says what its node is",
          "Give --node-binary cometbft; or --no-start where something else starts the node.");
    }
    return Optional.of(AppProgram.resolve(given, layout.home(), System.getenv()));
  }

  /** Not asked of cosmovisor: its program of today may not be that of the last block. */
  static Optional<String> engineOf(final Optional<AppProgram> program) throws InterruptedException {
    return program.isEmpty() || program.get().cosmovisor().isPresent()
        ? Optional.empty()
        : NodeEngine.version(
            List.of(program.get().binary().toString()), program.get().environment());
  }

  List<URI> peers(final HomeLayout layout) throws FailureException {
    final List<URI> peers = new ArrayList<>();
    final List<String> named =
        peerRpc.isEmpty()
            ? List.of(layout.config().stateSync().rpcServers().split(",", -1))
            : peerRpc;
    for (final String one : named) {
      if (one.isBlank()) {
        continue;
      }
      final String url = one.strip().replaceFirst("^tcp://", "http://");
      try {
        peers.addAll(WebAddress.parseList(url.contains("://") ? url : "http://" + url));
      } catch (final IllegalArgumentException e) {
        throw new FailureException(
            FailureKind.CONFIGURATION,
            "the peer's RPC %s is no web address: %s".formatted(one, e.getMessage()),
            "Correct --peer-rpc, or rpc_servers in config.toml.",
            e);
      }
    }
    return peers;
  }

  private static FailureException wrong(final String what, final String advice) {
    return new FailureException(FailureKind.CONFIGURATION, what, advice);
  }
}
