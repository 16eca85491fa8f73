package dev.understudy.shim;

import dev.understudy.handoff.process.UpgradeNotice;
import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.app.AppIdentity;
import dev.understudy.shim.app.AppLaunch;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.app.AppUpgrade;
import dev.understudy.shim.app.ChildApp;
import dev.understudy.shim.app.EngineClaim;
import dev.understudy.shim.app.ProgramEngine;
import dev.understudy.shim.pipeline.AppPresence;
import dev.understudy.storage.home.GenesisFile;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings runs and app together: a separate app is connected to; a child is booted with the
 * databases closed and, where it stops for an upgrade and cosmovisor has the binary for it, started
 * again as that binary for another run. The child is stopped whatever happened.
 */
final class AppRuns {
  private static final Logger LOG = LoggerFactory.getLogger(AppRuns.class);

  private final SyncConfig config;
  private final Vertx vertx;
  private final RunSeries runs;
  private final RunToTarget run;

  AppRuns(final SyncConfig config, final Vertx vertx, final RunSeries runs, final RunToTarget run) {
    this.config = config;
    this.vertx = vertx;
    this.runs = runs;
    this.run = run;
  }

  /**
   * Until the target or a stop.
   *
   * @throws InterruptedException after a stop by request, before there were blocks
   */
  SyncReport run(final SyncJob job) throws FailureException, InterruptedException {
    if (config.app() instanceof SyncConfig.Child child) {
      return withChild(job, child);
    }
    final SyncConfig.Separate separate = (SyncConfig.Separate) config.app();
    final AbciAddress address = AppAddresses.ofSeparate(separate, job.home().layout());
    final UpgradeNotice notice = UpgradeNotice.watch(config.home());
    try (AbciClient client =
        AbciClient.open(address, runs.line(), settings(), ConnectGate.always())) {
      final AppPresence presence =
          new AppPresence(false, separate.restarted(), AppIdentity.of(address));
      return run.run(job, client, presence);
    } catch (final FailureException e) {
      final Optional<UpgradePlan> upgrade = upgradeBehind(e, notice.written());
      if (upgrade.isPresent()) {
        throw AppUpgrade.needed(
            upgrade.get(), "Start the app with that binary, then run the same command again");
      }
      throw e;
    }
  }

  private ConnectionSettings settings() {
    return ConnectionSettings.defaults(runs.line()).withAnswerWithin(config.appAnswersWithin());
  }

  private SyncReport withChild(final SyncJob begun, final SyncConfig.Child child)
      throws FailureException, InterruptedException {
    final AppLaunch launch = AppSession.launch(child, begun.home().layout());
    SyncJob job = begun;
    if (child.registry().isPresent()) {
      final Optional<EngineClaim> hint =
          new BinarySelection(config, runs.line(), job.genesis(), vertx)
              .select(launch.program(), child.registry().get(), job.home());
      job = onLineOf(launch.program(), hint, job);
    }
    job.home().databases().letAppBoot();
    try (ChildApp app = ChildApp.start(launch)) {
      while (true) {
        final AppProcess process = app.process();
        unlessStopped(() -> process.awaitReady(settings()));
        try (AbciClient client =
            AbciClient.open(process.address(), runs.line(), settings(), process::requireAlive)) {
          final AppPresence presence =
              new AppPresence(true, false, AppIdentity.of(process.address()));
          return run.run(job, client, presence);
        } catch (final FailureException e) {
          final Optional<UpgradePlan> upgrade = upgradeBehind(e, app.stoppedFor());
          if (upgrade.isEmpty()) {
            if (e.kind() == FailureKind.APP) {
              // an app that ended says more in its last lines than a lost connection does
              requireAlive(process);
            }
            throw e;
          }
          app.requireUpgradable(upgrade.get());
          beginAnew(job);
          unlessStopped(() -> app.upgrade(upgrade.get()));
          job = onLineOf(launch.program(), Optional.empty(), job);
        }
      }
    }
  }

  /** Another binary may be of another line: the run goes on as a node of that line would. */
  private SyncJob onLineOf(
      final AppProgram program, final Optional<EngineClaim> hint, final SyncJob job)
      throws FailureException, InterruptedException {
    final Optional<EngineClaim> told = ProgramEngine.ask(program);
    final Optional<EngineClaim> claim = told.isPresent() ? told : hint;
    if (claim.isEmpty() || claim.get().line() == runs.line()) {
      return job;
    }
    LOG.info(
        "engine line {} instead of {}: {}",
        claim.get().line().label(),
        runs.line().label(),
        claim.get().source());
    runs.goOnAs(claim.get().line());
    return job.with(GenesisFile.read(job.home().layout(), runs.line()));
  }

  /** What the app wrote, or said, when it refused the block that is due, or one in a replay. */
  private Optional<UpgradePlan> upgradeBehind(
      final FailureException e, final Optional<UpgradePlan> written) {
    if (e.kind() != FailureKind.APP) {
      return Optional.empty();
    }
    return written
        .or(() -> AppUpgrade.namedIn(e))
        .filter(plan -> !runs.isRunning() || plan.height() == runs.progress().height() + 1);
  }

  /** The run that has ended sealed the home: the next one takes it over as any other would. */
  private void beginAnew(final SyncJob job) throws FailureException {
    runs.expectNext();
    job.home().renew();
    job.home().databases().letAppBoot();
  }

  /** A wait for the app that a stop breaks off. */
  @FunctionalInterface
  private interface Wait {
    void run() throws FailureException, InterruptedException;
  }

  /** An app may boot for hours: a stop must not wait for that. */
  private void unlessStopped(final Wait wait) throws FailureException, InterruptedException {
    runs.stop().beginWait(Thread.currentThread()::interrupt);
    try {
      if (!runs.stop().isRequested()) {
        wait.run();
      }
    } catch (final FailureException e) {
      if (!runs.stop().isRequested()) {
        throw e;
      }
      LOG.debug("the app had not yet booted: {}", e.getMessage());
    } finally {
      runs.stop().endWait();
    }
    if (runs.stop().isRequested()) {
      // the interrupt has done its work; the app is yet to be stopped in order
      Thread.interrupted();
      throw new InterruptedException("stopped while the app booted");
    }
  }

  private void requireAlive(final AppProcess process) throws FailureException {
    try {
      process.requireAlive();
    } catch (final FailureException e) {
      throw runs.atHeight(e);
    }
  }
}
