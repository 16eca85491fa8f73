package dev.understudy.shim;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.transport.ConnectGate;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.app.AppLaunch;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.shim.app.ChildApp;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.time.Duration;

/**
 * An app for as long as one thing is done with it: a child is started before and stopped after,
 * whatever happened; a separate one is only connected to. For work that is no chain of blocks, and
 * so meets no upgrade.
 */
final class AppSession {
  private final SyncConfig.App app;
  private final HomeLayout layout;
  private final EngineLine line;
  private final Duration answersWithin;

  AppSession(
      final SyncConfig.App app,
      final HomeLayout layout,
      final EngineLine line,
      final Duration answersWithin) {
    this.app = app;
    this.layout = layout;
    this.line = line;
    this.answersWithin = answersWithin;
  }

  /** What is done with a connected app. */
  @FunctionalInterface
  interface Use<T> {
    T with(AbciClient client) throws FailureException, InterruptedException;
  }

  <T> T use(final Use<T> use) throws FailureException, InterruptedException {
    final ConnectionSettings settings =
        ConnectionSettings.defaults(line).withAnswerWithin(answersWithin);
    if (app instanceof SyncConfig.Separate separate) {
      try (AbciClient client =
          AbciClient.open(
              AppAddresses.ofSeparate(separate, layout), line, settings, ConnectGate.always())) {
        return use.with(client);
      }
    }
    final SyncConfig.Child child = (SyncConfig.Child) app;
    try (ChildApp started = ChildApp.start(launch(child, layout))) {
      final AppProcess process = started.process();
      process.awaitReady(settings);
      try (AbciClient client =
          AbciClient.open(process.address(), line, settings, process::requireAlive)) {
        return use.with(client);
      } catch (final FailureException e) {
        if (e.kind() == FailureKind.APP) {
          // an app that ended says more in its last lines than a lost connection does
          process.requireAlive();
        }
        throw e;
      }
    }
  }

  /** How a child is started on its home, at an address that was free a moment ago. */
  static AppLaunch launch(final SyncConfig.Child child, final HomeLayout layout)
      throws FailureException {
    return new AppLaunch(
        AppProgram.resolve(child.binary().toString(), layout.home(), System.getenv()),
        layout.home(),
        AppAddresses.spoken(AppProcess.freeAddress(), child, layout),
        child.flags(),
        layout.understudyDir(),
        child.mirrorLogs(),
        AppLaunch.StopPolicy.DEFAULT);
  }
}
