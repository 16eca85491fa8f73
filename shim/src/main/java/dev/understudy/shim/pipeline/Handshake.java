package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.InitChainAnswer;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.GenesisRecord;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.types.AppInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineVersions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings home and app together before a run, as the real node's handshake does
 * (consensus/replay.go: Handshaker). A home is repaired after a power cut first ({@link
 * PowerCutRepair}), an app that is behind gets its blocks again ({@link BlockReplay}). A is the
 * app's height, S the state's, B the block store's.
 */
final class Handshake {
  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);
  private static final String NOT_TOGETHER =
      "Home and app do not belong together. Restore both from the same moment, or start both anew"
          + " (the app's data too).";

  private final EngineLine line;
  private final GenesisDoc genesis;
  private final GenesisRecord genesisRecord;
  private final JournalMode journalMode;
  private final FailPoints failPoints;
  private final StopRequest stop;
  private final AbciClient app;
  private final NodeDatabases databases;
  private final NodeStores stores;
  private final AnswersJournal journal;
  private final CheckpointStates checkpointStates;
  private final InFlightMark mark;
  private final StateMachine machine;
  private boolean repairing;

  Handshake(
      final RunSetup setup,
      final AbciClient app,
      final NodeDatabases databases,
      final AnswersJournal journal,
      final CheckpointStates checkpointStates,
      final InFlightMark mark) {
    this.line = setup.line();
    this.genesis = setup.genesis();
    this.genesisRecord = new GenesisRecord(setup.layout(), setup.line());
    this.journalMode = setup.journalMode();
    this.failPoints = setup.failPoints();
    this.stop = setup.stop();
    this.app = app;
    this.databases = databases;
    this.stores = NodeStores.of(databases, line);
    this.journal = journal;
    this.checkpointStates = checkpointStates;
    this.mark = mark;
    this.machine = new StateMachine(line);
  }

  /** Home and app as they stand after the handshake. */
  record Agreed(State state, long appHeight, boolean repairing) {}

  /**
   * Leaves home and app at heights from which a run can start: A = S, or, while a power cut is
   * repaired, A above S with the answers kept.
   *
   * @throws InterruptedException after a stop by request: between two blocks of a replay, or in
   *     InitChain, which is broken off
   */
  Agreed perform(final AppPresence presence) throws FailureException, InterruptedException {
    repairing =
        new PowerCutRepair(line, databases, stores, journal, checkpointStates, failPoints)
            .perform();
    final Optional<State> stored = stores.states().loadState();
    final BlockDescriptor blocks = stores.blocks().loadDescriptor();
    requireSameLine();
    final AppInfo info = app.info();
    requireCleanApp(presence, info);
    requireSameChain(stored, blocks, info);
    State state;
    if (info.lastBlockHeight() == 0) {
      state = initChain(info, stored, blocks);
    } else {
      state = stored.orElseThrow(() -> appWithoutHome(info));
    }
    requireConsistent(state, blocks, info);
    if (info.lastBlockHeight() < state.lastBlockHeight()) {
      new BlockReplay(line, app, stores, mark, failPoints, stop).run(info.lastBlockHeight(), state);
    }
    if (!repairing) {
      state = new CatchUp(line, stores, journal, failPoints).run(state, info.lastBlockHeight());
      requireSameHash(info, state);
    }
    final long appHeight = Math.max(info.lastBlockHeight(), state.lastBlockHeight());
    return new Agreed(state, appHeight, repairing && appHeight > state.lastBlockHeight());
  }

  /** The home was taken back to its checkpoint: nobody but a run may seal it. */
  boolean hasTakenBack() {
    return repairing;
  }

  private void requireCleanApp(final AppPresence presence, final AppInfo info)
      throws FailureException {
    final boolean fresh =
        presence.startedByUs()
            || presence.declaredFresh()
            || (!presence.name().isEmpty() && !presence.name().equals(mark.appName()));
    if (repairing && !fresh && presence.name().isEmpty()) {
      // the mark went down with this machine, the app may have lived on
      throw new FailureException(
          FailureKind.APP,
          "this machine went down during a sync, and the app's process can't be seen from here: it"
              + " may have been left in the middle of a block",
          "Restart the app, then run the same command again with --app-restarted.");
    }
    if (mark.inMiddleOfBlock() && !fresh) {
      final boolean mayBeUnfinished = info.lastBlockHeight() >= mark.heightSent();
      if (!presence.name().isEmpty() || mayBeUnfinished) {
        throw new FailureException(
            FailureKind.APP,
            "the app was left in the middle of block %d by an earlier run and was not restarted"
                    .formatted(mark.heightSent())
                + " since",
            "Restart the app, then run the same command again: it goes on by itself. (When the app"
                + " was restarted where its process can't be seen from here, say"
                + " --app-restarted.)");
      }
    }
    mark.reset(info.lastBlockHeight(), presence.name());
  }

  /** An older line's home goes on as it does at an upgrade; a later one's is not understood. */
  private void requireSameLine() throws FailureException {
    final Optional<KeyLayout> layout = KeyLayout.marked(stores.stateDb());
    if (layout.isPresent() && !line.marksKeyLayout()) {
      throw otherLine("CometBFT 1.0 (key layout '%s')".formatted(layout.get().label()));
    }
    final Optional<State> state = stores.states().loadState();
    final Optional<EngineLine> writer = state.flatMap(EngineVersions::writerOf);
    if (writer.isPresent() && EngineVersions.isForeignHome(writer.get(), line)) {
      throw otherLine(
          "engine line %s (its state says '%s')"
              .formatted(writer.get().label(), state.get().software()));
    }
  }

  private FailureException otherLine(final String writer) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "this home was written by a node of %s, which line %s, the one of --engine or of the app's"
                .formatted(writer, line.label())
            + " binary, can't go on from",
        "Use the home of a node of the chain's own engine line, or give --engine or --binary that"
            + " line. Nothing was changed.");
  }

  private void requireSameChain(
      final Optional<State> stored, final BlockDescriptor blocks, final AppInfo info)
      throws FailureException {
    // a state without any block is only what an earlier InitChain left, and is made anew
    final boolean begun =
        stored.isPresent()
            && (stored.get().lastBlockHeight() > 0
                || !blocks.isEmpty()
                || info.lastBlockHeight() > 0);
    if (begun && !stored.get().chainId().equals(genesis.chainId())) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "this home holds chain '%s', the genesis file is of chain '%s'"
              .formatted(stored.get().chainId(), genesis.chainId()),
          "Use the home or the genesis file of the other chain. Nothing was changed.");
    }
    // as long as the app has committed nothing its InitChain is made anew, from a corrected file
    // too
    final boolean firstBlockAtMost =
        blocks.isEmpty()
            || (blocks.base() == blocks.height() && blocks.height() == genesis.initialHeight());
    if (info.lastBlockHeight() == 0
        && firstBlockAtMost
        && stored.map(State::lastBlockHeight).orElse(0L) == 0) {
      genesisRecord.write(genesis);
      failPoints.reached(FailPoint.GENESIS_RECORDED);
    } else {
      genesisRecord.requireSame(genesis, stores.states().loadGenesisDoc());
    }
  }

  private State initChain(
      final AppInfo info, final Optional<State> stored, final BlockDescriptor blocks)
      throws FailureException, InterruptedException {
    final State genesisState = machine.genesis(genesis);
    final InitChainAnswer answer = askForInitChain(genesisState);
    failPoints.reached(FailPoint.INIT_CHAIN_ANSWERED);
    if (stored.isPresent() && stored.get().lastBlockHeight() > 0) {
      return stored.get();
    }
    final boolean stateLost = stored.isEmpty() || databases.wereSealed();
    if (stateLost && !blocks.isEmpty() && blocks.height() > genesis.initialHeight()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the block store holds blocks up to %d, but there is no state".formatted(blocks.height()),
          NOT_TOGETHER);
    }
    final State state = machine.afterInitChain(genesisState, info, answer.results());
    // complete before the first block is sent: this answer can never be asked for again
    NodeStores.write(
        stores.stateDb(),
        batch -> {
          // of a genesis that was corrected since nothing may stay
          stored.ifPresent(before -> stores.states().deleteGenesisState(batch, before));
          stores.states().putState(batch, state);
        });
    failPoints.reached(FailPoint.INIT_STATE_PUT);
    return state;
  }

  /** May take hours; a stop hangs up, as nothing of it is kept before the first Commit. */
  private InitChainAnswer askForInitChain(final State genesisState)
      throws FailureException, InterruptedException {
    stop.beginWait(app::close);
    try {
      return app.initChain(genesis, StateMachine.initialValidators(genesisState));
    } catch (final FailureException e) {
      if (stop.isRequested()) {
        LOG.debug("InitChain was broken off", e);
        throw new InterruptedException("stopped during InitChain");
      }
      throw e;
    } finally {
      stop.endWait();
    }
  }

  private static FailureException appWithoutHome(final AppInfo info) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "the app is at height %d, but this home has no state".formatted(info.lastBlockHeight()),
        "Point --home at the home that was synced with this app, or reset the app's data to start"
            + " from genesis.");
  }

  private void requireConsistent(
      final State state, final BlockDescriptor blocks, final AppInfo info) throws FailureException {
    final long stateHeight = state.lastBlockHeight();
    final long blockHeight = blocks.height();
    final long appHeight = info.lastBlockHeight();
    // an empty store under a state is what a snapshot leaves; a killed run of ours may have
    // counted blocks whose states were not written yet
    final boolean farAhead = databases.wereSealed() && blockHeight > state.nextHeight();
    if (!blocks.isEmpty() && (blockHeight < stateHeight || farAhead)) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "state and block store do not fit: state at height %d, blocks up to %d"
              .formatted(stateHeight, blockHeight),
          "The home was damaged or changed by something else. Restore it from a copy, or sync it"
              + " anew.");
    }
    final long known = Math.max(blockHeight, stateHeight);
    // what was not written yet, or what a repair took back, is known by its answers
    final long answered = Math.max(known, journal.lastHeight().orElse(known));
    if (repairing && appHeight > answered) {
      // answers above the journal's can come from the archive alone
      if (journalMode == JournalMode.SYNCED) {
        throw StoredAnswers.lost(answered + 1, appHeight);
      }
    } else if (appHeight > answered) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the app is ahead of this home: app at height %d, blocks up to %d, state at %d"
              .formatted(appHeight, answered, stateHeight),
          NOT_TOGETHER);
    }
    requireSameHash(info, state);
  }

  private static void requireSameHash(final AppInfo info, final State state)
      throws FailureException {
    final long height = info.lastBlockHeight();
    if (height == state.lastBlockHeight()
        && height > 0
        && !info.lastBlockAppHash().equals(state.appHash())) {
      throw new FailureException(
          FailureKind.APP,
          "at height %d the app has app hash %s, this home %s"
              .formatted(height, info.lastBlockAppHash(), state.appHash()),
          NOT_TOGETHER);
    }
  }
}
