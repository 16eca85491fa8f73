package dev.understudy.handoff;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.GenesisRecord;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.storage.kv.DatabaseException;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.AppInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks of a home everything that the real node will ask at its start, and what it does not ask but
 * would suffer from; docs/handoff.md lists the checks. Databases are read through shadows and
 * nothing in the home is changed. Works on the caller's thread, holding the home's locks: whoever
 * in this process has the home open closes it first.
 */
public final class HomeReadiness {
  private static final String NOT_THIS_HOME =
      "Check --home, db_dir and db_backend; if they are right, the home is damaged: restore it from"
          + " a copy, or sync it anew.";

  private final HomeLayout layout;
  private final GenesisDoc genesis;
  private final EngineLine line;
  private final Optional<AppInfo> app;
  private final List<Finding> findings = new ArrayList<>();

  private HomeReadiness(
      final HomeLayout layout,
      final GenesisDoc genesis,
      final EngineLine line,
      final Optional<AppInfo> app) {
    this.layout = layout;
    this.genesis = genesis;
    this.line = line;
    this.app = app;
  }

  /**
   * Fails only where nothing can be said: with HOME_IN_USE when somebody has the home open, nothing
   * touched, and with DISK when the locks or shadows can't be made or removed.
   *
   * @param app the app's answer to Info, where it was asked
   */
  public static ReadinessReport check(
      final HomeLayout layout,
      final GenesisDoc genesis,
      final EngineLine line,
      final Optional<AppInfo> app)
      throws FailureException {
    return new HomeReadiness(layout, genesis, line, app).check();
  }

  private ReadinessReport check() throws FailureException {
    try (QuietHome home = QuietHome.hold(layout)) {
      final SurroundingChecks surroundings = new SurroundingChecks(layout, line);
      run(surroundings.first());
      final Optional<HomeRecords> records = open(home);
      Optional<HandshakePrediction> prediction = Optional.empty();
      if (records.isPresent()) {
        prediction = predict(records.get());
        run(new StateChecks(records.get()).all());
        run(new BlockChecks(records.get()).all());
        if (prediction.isPresent()) {
          run(
              new ChainChecks(
                      records.get(),
                      genesis,
                      new GenesisRecord(layout, line),
                      app,
                      prediction.get())
                  .all());
        }
      }
      final long last = records.map(HomeRecords::lastHeight).orElse(0L);
      run(new SigningChecks(layout, records.map(HomeRecords::state), last).all());
      run(surroundings.last());
      return new ReadinessReport(findings, records.map(this::facts), prediction);
    }
  }

  private void run(final List<Check> checks) {
    checks.forEach(check -> findings.add(check.run()));
  }

  /** Leaves a finding where the databases can't be read or hold nothing. */
  private Optional<HomeRecords> open(final QuietHome home) {
    final Check.Answer answer = new Check.Answer("databases");
    try {
      final StoreFactory factory = StoreFactory.forBackend(layout.backend(line));
      final Optional<KvStore> blockDb = home.store(DatabaseId.BLOCKSTORE, factory);
      final Optional<KvStore> stateDb = home.store(DatabaseId.STATE, factory);
      if (blockDb.isEmpty() != stateDb.isEmpty()) {
        findings.add(
            answer.failed(
                "there is no database "
                    + layout.database(blockDb.isEmpty() ? DatabaseId.BLOCKSTORE : DatabaseId.STATE),
                NOT_THIS_HOME));
        return Optional.empty();
      }
      final BlockDescriptor counted =
          blockDb.isEmpty()
              ? BlockDescriptor.EMPTY
              : new BlockStore(blockDb.get()).loadDescriptor();
      final Optional<State> state =
          stateDb.isEmpty() ? Optional.empty() : new StateStore(stateDb.get(), line).loadState();
      if (state.isEmpty()) {
        findings.add(withoutState(answer, counted));
        return Optional.empty();
      }
      findings.add(answer.passed("opened as " + factory.backend()));
      return Optional.of(
          new HomeRecords(
              line,
              new BlockStore(blockDb.orElseThrow()),
              new StateStore(stateDb.orElseThrow(), line),
              counted,
              state.get()));
    } catch (final FailureException e) {
      findings.add(answer.failed(String.valueOf(e.getMessage()), e.advice()));
    } catch (final DamagedRecordException | DatabaseException e) {
      findings.add(answer.damaged(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  private Finding withoutState(final Check.Answer answer, final BlockDescriptor counted) {
    if (!counted.isEmpty()) {
      return answer.damaged("there are blocks up to %d, but no state".formatted(counted.height()));
    }
    final long appHeight = app.map(AppInfo::lastBlockHeight).orElse(0L);
    return appHeight == 0
        ? answer.warning(
            "the home is empty: the node would start from genesis",
            "Sync this home first, if it should begin above genesis.")
        : answer.failed(
            "the home is empty, but the app is at height " + appHeight,
            "Point --home at the home that was synced with this app.");
  }

  /** Empty, with a finding, where a record that the handshake needs can't be read. */
  private Optional<HandshakePrediction> predict(final HomeRecords records) {
    final Check.Answer answer = new Check.Answer("handshake");
    try {
      return Optional.of(
          HandshakePrediction.of(
              new HandshakePrediction.Home(
                  records.state().initialHeight(),
                  records.counted().base(),
                  records.counted().height(),
                  records.state().lastBlockHeight(),
                  records.state().appHash(),
                  records.states().loadOfflineStateSyncHeight().orElse(0)
                      == records.state().lastBlockHeight(),
                  records.states().loadLastResults(records.counted().height()).isPresent()),
              app,
              line));
    } catch (final DamagedRecordException | DatabaseException e) {
      findings.add(answer.damaged(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private HomeFacts facts(final HomeRecords records) {
    return new HomeFacts(
        records.state().chainId(),
        layout.backend(line),
        records.counted().base(),
        records.counted().height(),
        records.state().lastBlockHeight(),
        records.state().lastBlockId(),
        records.state().appHash());
  }
}
