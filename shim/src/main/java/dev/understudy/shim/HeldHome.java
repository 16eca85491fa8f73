package dev.understudy.shim;

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
  private NodeDatabases databases;

  private HeldHome(final HomeLayout layout, final StoreFactory factory) throws FailureException {
    this.layout = layout;
    this.factory = factory;
    this.databases = NodeDatabases.reserve(layout, factory);
  }

  /** Locks the home and leaves its databases alone, see {@link NodeDatabases#reserve}. */
  static HeldHome reserve(final HomeLayout layout, final StoreFactory factory)
      throws FailureException {
    return new HeldHome(layout, factory);
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
    databases = NodeDatabases.reserve(layout, factory);
  }

  @Override
  public void close() {
    databases.close();
  }
}
