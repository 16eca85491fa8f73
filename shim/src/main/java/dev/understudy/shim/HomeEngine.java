package dev.understudy.shim;

import dev.understudy.shim.app.EngineClaim;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.SealRecord;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineVersions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a home says of the engine that made it: its state, or, before there is one, its config.toml.
 * Both may stay behind an upgrade of the chain, so it counts where nothing better is known.
 */
final class HomeEngine {
  private static final Logger LOG = LoggerFactory.getLogger(HomeEngine.class);

  private HomeEngine() {}

  /** Looks into the databases as shadows; a home in use is refused. */
  static Optional<EngineClaim> of(final HomeLayout layout) throws FailureException {
    final Optional<EngineClaim> stored = ofState(layout);
    return stored.isPresent() ? stored : ofConfig(layout);
  }

  /** What its state says alone; empty for a home without one. */
  static Optional<EngineClaim> ofState(final HomeLayout layout) throws FailureException {
    final Optional<SealRecord> record = SealRecord.read(layout);
    final StoreFactory factory =
        StoreFactory.forBackend(
            record.map(SealRecord::backend).orElse(layout.backend(EngineVersions.usual())));
    try (QuietHome quiet = QuietHome.hold(layout)) {
      final Optional<KvStore> store = quiet.store(DatabaseId.STATE, factory);
      if (store.isEmpty()) {
        return Optional.empty();
      }
      // of what is asked for here every line has the same form
      final Optional<State> state = new StateStore(store.get(), EngineVersions.usual()).loadState();
      return state.isEmpty() ? Optional.empty() : ofState(state.get(), layout);
    } catch (final DamagedRecordException e) {
      LOG.debug("the state does not tell its engine", e);
      return Optional.empty();
    }
  }

  private static Optional<EngineClaim> ofState(final State state, final HomeLayout layout)
      throws FailureException {
    final String where = "the state in " + layout.database(DatabaseId.STATE);
    final Optional<EngineLine> writer = EngineVersions.writerOf(state);
    return writer.isPresent() && writer.get().wrapsBlobs()
        ? Optional.of(new EngineClaim(writer.get(), where + " (it has the app's timeouts)"))
        : claim(state.software(), where);
  }

  private static Optional<EngineClaim> ofConfig(final HomeLayout layout) throws FailureException {
    return claim(layout.config().madeFor(), HomeLayout.configFile(layout.home()).toString());
  }

  private static Optional<EngineClaim> claim(final String version, final String where)
      throws FailureException {
    final String source = "%s (written by %s)".formatted(where, version);
    if (!EngineVersions.isRelease(version)) {
      return Optional.empty();
    }
    EngineVersions.requireClear(version, source);
    return Optional.of(new EngineClaim(EngineVersions.require(version, source), source));
  }
}
