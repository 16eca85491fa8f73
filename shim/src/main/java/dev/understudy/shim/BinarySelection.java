package dev.understudy.shim;

import dev.understudy.handoff.process.CosmovisorLayout;
import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.handoff.process.UpgradeSchedule;
import dev.understudy.handoff.process.VersionSelector;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.source.kyve.SourceRegistry;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.State;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets cosmovisor start the binary that a home's next block needs: by the chain's upgrades as a
 * registry lists them, and as cosmovisor's own folder remembers them.
 */
final class BinarySelection {
  private static final Logger LOG = LoggerFactory.getLogger(BinarySelection.class);

  private final SyncConfig config;
  private final GenesisDoc genesis;
  private final Vertx vertx;

  BinarySelection(final SyncConfig config, final GenesisDoc genesis, final Vertx vertx) {
    this.config = config;
    this.genesis = genesis;
    this.vertx = vertx;
  }

  /** Before the app is started; the databases may be open afterwards. */
  void select(final AppProgram program, final URI registry, final HeldHome home)
      throws FailureException, InterruptedException {
    final CosmovisorLayout layout =
        program
            .cosmovisor()
            .orElseThrow(
                () ->
                    new FailureException(
                        FailureKind.CONFIGURATION,
                        "--auto-select-binary-version chooses among cosmovisor's binaries, and"
                            + " --binary is "
                            + program,
                        "Give --binary cosmovisor, or leave the flag out."));
    final UpgradeSchedule schedule = schedule(layout, registry);
    final long next = nextHeight(home);
    new VersionSelector(layout, schedule, config.home()).selectFor(next);
  }

  private long nextHeight(final HeldHome home) throws FailureException {
    final HomeLayout nodeHome = home.layout();
    if (!Files.exists(nodeHome.database(DatabaseId.STATE))
        && !Files.exists(nodeHome.unsealedDatabase(DatabaseId.STATE))) {
      // nothing to look into, and nothing shall be made yet: there may be no app for this home
      return genesis.initialHeight();
    }
    home.databases().reopen();
    return new StateStore(home.databases().store(DatabaseId.STATE), config.line())
        .loadState()
        .map(State::nextHeight)
        .orElse(genesis.initialHeight());
  }

  private UpgradeSchedule schedule(final CosmovisorLayout layout, final URI registry)
      throws FailureException, InterruptedException {
    final List<UpgradePlan> local = layout.plans();
    List<UpgradePlan> published = List.of();
    try {
      published =
          SourceRegistry.read(vertx, registry, config.source().patience())
              .upgrades(genesis.chainId());
    } catch (final FailureException e) {
      if (local.isEmpty()) {
        throw e;
      }
      LOG.warn("{}; the upgrades are those that cosmovisor's folder knows", e.getMessage());
    }
    if (published.isEmpty() && local.isEmpty()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "nothing tells the upgrades of chain '%s': %s does not list it, and there is no"
                  .formatted(genesis.chainId(), registry)
              + " upgrade-info.json in cosmovisor's folder",
          "Name a registry that lists it with --registry, or leave --auto-select-binary-version out"
              + " and let cosmovisor's link 'current' lead to the right version.");
    }
    return UpgradeSchedule.of(published, local, genesis.initialHeight());
  }
}
