package dev.understudy.tools.cli;

import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.SealRecord;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateRecords;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineVersions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of which line a home is that is only looked at, and what wrote its databases. */
final class HomeOptions {
  @Option(
      names = {"-e", "--engine"},
      paramLabel = "LINE",
      description = "The node's line of CometBFT (default: the one that the home's state names).")
  private @Nullable String engine;

  @Option(
      names = "--db-backend",
      paramLabel = "BACKEND",
      description =
          "What the node writes its databases with (default: what Understudy has recorded, then"
              + " config.toml's db_backend, then the line's default).")
  private @Nullable String dbBackend;

  /** A home with its line and with its backend in place of config.toml's. */
  record Known(HomeLayout layout, EngineLine line, StoreFactory factory) {}

  /** Looks into a held home's state for its line, if no flag tells it. */
  Known of(final HomeLayout layout, final QuietHome home) throws FailureException {
    final EngineLine preset = EngineNames.asked(engine).orElseGet(EngineVersions::usual);
    final StoreFactory factory = StoreFactory.forBackend(backend(layout, preset));
    final HomeLayout known = layout.withBackend(factory.backend());
    if (engine != null) {
      return new Known(known, preset, factory);
    }
    final Optional<KvStore> state = home.store(DatabaseId.STATE, factory);
    return new Known(
        known,
        state.flatMap(StateRecords::software).flatMap(EngineVersions::ofRelease).orElse(preset),
        factory);
  }

  private String backend(final HomeLayout layout, final EngineLine line) throws FailureException {
    return dbBackend != null
        ? dbBackend
        : SealRecord.read(layout).map(SealRecord::backend).orElse(layout.backend(line));
  }
}
