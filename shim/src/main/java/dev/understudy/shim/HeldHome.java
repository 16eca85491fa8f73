package dev.understudy.shim;

import dev.understudy.shim.app.AppLaunch;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.types.FailureException;

/**
 * A home held for one job, whose databases are taken over anew after each seal. For one thread,
 * which closes it.
 */
final class HeldHome implements AutoCloseable {
  private final HomeLayout layout;
  private final StoreFactory factory;
  private final FailPoints failPoints;
  private NodeDatabases databases;

  private HeldHome(
      final HomeLayout layout,
      final StoreFactory factory,
      final FailPoints failPoints,
      final NodeDatabases databases) {
    this.layout = layout;
    this.factory = factory;
    this.failPoints = failPoints;
    this.databases = databases;
  }

  /**
   * Locks the home and leaves its databases alone, see {@link NodeDatabases#reserve}. A child that
   * a killed run left behind is ended first; a separate app is its operator's.
   */
  static HeldHome reserve(
      final HomeLayout layout,
      final StoreFactory factory,
      final FailPoints failPoints,
      final SyncConfig.App app)
      throws FailureException, InterruptedException {
    final NodeDatabases.LeftoverApp leftover =
        () -> {
          if (app instanceof SyncConfig.Child) {
            AppProcess.endLeftover(layout.understudyDir(), AppLaunch.StopPolicy.DEFAULT);
          }
        };
    return new HeldHome(
        layout, factory, failPoints, NodeDatabases.reserve(layout, factory, failPoints, leftover));
  }

  HomeLayout layout() {
    return layout;
  }

  NodeDatabases databases() {
    return databases;
  }

  /** Lets go of the home and reserves it again: a run that has sealed it is to be followed. */
  void renew() throws FailureException {
    databases.close();
    databases = NodeDatabases.reserve(layout, factory, failPoints);
  }

  @Override
  public void close() {
    databases.close();
  }
}
