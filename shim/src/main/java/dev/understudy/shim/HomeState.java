package dev.understudy.shim;

import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;

/** The state that lies in a home nobody uses, read without changing anything. */
final class HomeState {
  private HomeState() {}

  static Optional<State> read(final HomeLayout layout, final EngineLine line)
      throws FailureException {
    try (QuietHome home = QuietHome.hold(layout)) {
      final Optional<KvStore> store =
          home.store(DatabaseId.STATE, StoreFactory.forBackend(layout.backend(line)));
      return store.isEmpty() ? Optional.empty() : new StateStore(store.get(), line).loadState();
    }
  }
}
