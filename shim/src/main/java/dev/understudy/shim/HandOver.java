package dev.understudy.shim;

import dev.understudy.handoff.Finding;
import dev.understudy.handoff.HomeReadiness;
import dev.understudy.handoff.Preflight;
import dev.understudy.handoff.ReadinessReport;
import dev.understudy.handoff.process.NodeLaunch;
import dev.understudy.handoff.process.NodeProcess;
import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.TransportKind;
import dev.understudy.shim.app.AppLaunch;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.pipeline.CatchUp;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.home.EmptyStore;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.HomeLock;
import dev.understudy.storage.home.HomeRepair;
import dev.understudy.types.AppInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From a synced home to a started node: {@link #prepare}, {@link #check}, {@link #requireReady},
 * {@link #start}. Works on the caller's thread; the home must be closed, and is not touched once
 * the node is started.
 */
public final class HandOver {
  /** Of what cosmovisor is told for the stand-in's child, what holds for the node, too. */
  private static final Set<String> FOR_THE_NODE =
      Set.of("DAEMON_HOME", "DAEMON_NAME", "LD_LIBRARY_PATH");

  private final HandOverConfig config;
  private final HomeLayout layout;

  public HandOver(final HandOverConfig config, final HomeLayout layout) {
    this.config = config;
    this.layout = layout;
  }

  /**
   * How the node takes over.
   *
   * @param app what the home was synced with: a child's node is its own binary, a separate app goes
   *     on running
   * @param node the node's binary; empty where the node is not started here
   * @param nodeArgs put behind its {@code start --home H}
   * @param ownOutput whether its output goes where ours does, instead of into a file
   * @param validatorAllowed the operator's word that a validator's key is meant to sign here
   * @param dbBackend what the node is told in place of config.toml's backend
   */
  public record HandOverConfig(
      EngineLine line,
      SyncConfig.App app,
      Duration appAnswersWithin,
      Optional<AppProgram> node,
      List<String> nodeArgs,
      boolean ownOutput,
      boolean validatorAllowed,
      Optional<String> dbBackend) {
    public HandOverConfig {
      nodeArgs = List.copyOf(nodeArgs);
    }
  }

  /**
   * Ends an app that a killed run left behind, seals the home if that run did not, and makes it fit
   * for a node with vote extensions: blocks are set aside, or, where the node has gone on behind
   * them since, count again. Says what was done for those, as a sentence.
   */
  public Optional<String> prepare() throws FailureException, InterruptedException {
    final HomeLock held = HomeLock.acquire(layout);
    try {
      AppProcess.endLeftover(layout.understudyDir(), AppLaunch.StopPolicy.DEFAULT);
    } finally {
      held.close();
    }
    if (HomeRepair.isNeeded(layout)) {
      HomeRepair.seal(layout, config.line(), CatchUp::toLastAnswer);
    }
    final Optional<BlockDescriptor> joined =
        EmptyStore.putBackWhereNodeWentOn(layout, config.line());
    if (joined.isPresent()) {
      return Optional.of(
          "the blocks that were set aside count again: the node will have blocks %d to %d"
              .formatted(joined.get().base(), joined.get().height()));
    }
    return EmptyStore.prepare(layout, config.line()).map(EmptyStore.Prepared::words);
  }

  /** Asks of the home and of a separate app everything that the node will ask. */
  public ReadinessReport check() throws FailureException, InterruptedException {
    final Optional<AppInfo> app =
        config.app() instanceof SyncConfig.Separate
            ? Optional.of(
                new AppSession(config.app(), layout, config.line(), config.appAnswersWithin())
                    .use(AbciClient::info))
            : Optional.empty();
    return HomeReadiness.check(layout, GenesisFile.read(layout, config.line()), config.line(), app);
  }

  /** Fails with the first thing that speaks against starting the node. */
  public void requireReady(final ReadinessReport report) throws FailureException {
    for (final Finding finding : report.findings()) {
      if (finding.severity() == Finding.Severity.FAILED) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "The home %s is not ready for the real node: %s: %s"
                .formatted(layout.home(), finding.name(), finding.message()),
            finding.advice());
      }
      if (finding.name().equals("validator-key")
          && finding.severity() == Finding.Severity.WARNING
          && !config.validatorAllowed()) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "The node is not started: " + finding.message(),
            Preflight.ALLOW_VALIDATOR + finding.advice());
      }
    }
  }

  /** Starts the node; from here on the home is the node's. */
  public NodeProcess start() throws FailureException {
    final AppProgram program = config.node().orElseThrow();
    final List<String> command = new ArrayList<>();
    command.add(program.binary().toString());
    command.addAll(program.verbs());
    command.addAll(List.of("start", "--home", layout.home().toString()));
    if (config.app() instanceof SyncConfig.Separate separate && separate.address().isPresent()) {
      // the app was named by a flag: config.toml may name another place
      final var address = AppAddresses.ofSeparate(separate, layout);
      final boolean grpc = address.transport() == TransportKind.GRPC;
      command.add("--proxy_app");
      // the node's gRPC client takes no scheme
      command.add(grpc ? address.toString().replaceFirst("^[a-z]+://", "") : address.toString());
      command.addAll(List.of("--abci", address.transport().flag()));
    }
    config.dbBackend().ifPresent(backend -> command.addAll(List.of("--db_backend", backend)));
    command.addAll(config.nodeArgs());
    final Map<String, String> environment = new HashMap<>(program.environment());
    environment.keySet().retainAll(FOR_THE_NODE);
    return NodeProcess.start(
        new NodeLaunch(command, environment, layout.understudyDir(), config.ownOutput()));
  }
}
