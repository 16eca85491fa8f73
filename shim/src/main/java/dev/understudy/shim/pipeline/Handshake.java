package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.FinalizeBlockAnswer;
import dev.understudy.shim.abci.InitChainAnswer;
import dev.understudy.shim.execute.AnswerChecks;
import dev.understudy.shim.execute.AppView;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.storage.state.StateCodec;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.Hashes;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings home and app together before a run, as the real node's handshake does
 * (consensus/replay.go: Handshaker), and repairs a home after a power cut first. A is the app's
 * height, S the state's, B the block store's.
 */
final class Handshake {
  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);
  private static final String NOT_TOGETHER =
      "Home and app do not belong together. Restore both from the same moment, or start both anew"
          + " (the app's data too).";

  private final EngineLine line;
  private final GenesisDoc genesis;
  private final AbciClient app;
  private final NodeDatabases databases;
  private final NodeStores stores;
  private final AnswersJournal journal;
  private final CheckpointStates checkpointStates;
  private final InFlightMark mark;
  private final StateMachine machine;

  Handshake(
      final EngineLine line,
      final GenesisDoc genesis,
      final AbciClient app,
      final NodeDatabases databases,
      final AnswersJournal journal,
      final CheckpointStates checkpointStates,
      final InFlightMark mark) {
    this.line = line;
    this.genesis = genesis;
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
   */
  Agreed perform(final AppPresence presence) throws FailureException {
    final boolean repairing = repairAfterPowerCut();
    final Optional<State> stored = stores.states().loadState();
    final BlockDescriptor blocks = stores.blocks().loadDescriptor();
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
      replay(info.lastBlockHeight(), state);
    }
    if (!repairing) {
      state = new CatchUp(line, stores, journal).run(state, info.lastBlockHeight());
      requireSameHash(info, state);
    }
    final long appHeight = Math.max(info.lastBlockHeight(), state.lastBlockHeight());
    if (!repairing || appHeight == state.lastBlockHeight()) {
      Checkpoints.save(databases, checkpointStates, journal, state, line);
      return new Agreed(state, appHeight, false);
    }
    return new Agreed(state, appHeight, true);
  }

  /** After an unclean end under another boot nothing above the checkpoint is trusted. */
  private boolean repairAfterPowerCut() throws FailureException {
    final OptionalLong checkpoint = journal.checkpointHeight();
    if (!journal.endedUncleanlyUnderAnotherBoot() || checkpoint.isEmpty()) {
      return false;
    }
    if (databases.wereSealed()) {
      // killed between seal and the journal's end: a sealed home is whole, and its node may have
      // gone on since
      return false;
    }
    final long height = checkpoint.getAsLong();
    final byte[] kept =
        checkpointStates
            .load(height)
            .orElseThrow(
                () ->
                    new FailureException(
                        FailureKind.HOME_STATE,
                        "the machine went down during a sync and the state of the last checkpoint,"
                            + " height %d, is missing".formatted(height),
                        "A part of the home's understudy folder was deleted: sync this home"
                            + " anew."));
    final State state;
    try {
      state = StateCodec.decode(kept, line);
    } catch (final Exception e) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the state kept for checkpoint %d can't be read: %s".formatted(height, e.getMessage()),
          "Sync this home anew.",
          e);
    }
    LOG.warn(
        "the machine went down during a sync: writing everything above checkpoint {} anew", height);
    final BlockDescriptor before = stores.blocks().loadDescriptor();
    NodeStores.write(
        stores.blockDb(),
        batch -> {
          if (height < Math.max(1, before.base()) || before.isEmpty()) {
            stores.blocks().deleteDescriptor(batch);
          } else {
            stores.blocks().putDescriptor(batch, new BlockDescriptor(before.base(), height));
          }
        });
    NodeStores.write(stores.stateDb(), batch -> stores.states().putState(batch, state));
    // after the descriptor: a kill in between must not leave one that counts deleted blocks
    final long deleted = stores.blocks().deleteAbove(height);
    LOG.info("{} records above the checkpoint deleted", deleted);
    return true;
  }

  private void requireCleanApp(final AppPresence presence, final AppInfo info)
      throws FailureException {
    final boolean fresh =
        presence.startedByUs()
            || presence.declaredFresh()
            || (!presence.name().isEmpty() && !presence.name().equals(mark.appName()));
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
  }

  private State initChain(
      final AppInfo info, final Optional<State> stored, final BlockDescriptor blocks)
      throws FailureException {
    final State genesisState = machine.genesis(genesis);
    final InitChainAnswer answer =
        app.initChain(genesis, StateMachine.initialValidators(genesisState));
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
    NodeStores.write(stores.stateDb(), batch -> stores.states().putState(batch, state));
    return state;
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
    if (appHeight > answered) {
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

  /** Gives the app the stored blocks that it has lost; the home's state does not move. */
  private void replay(final long appHeight, final State state) throws FailureException {
    final long first = Math.max(appHeight + 1, state.initialHeight());
    LOG.info("the app is behind: replaying stored blocks {} to {}", first, state.lastBlockHeight());
    for (long height = first; height <= state.lastBlockHeight(); height++) {
      final Block block = stored(stores.blocks().loadBlock(height), "block", height);
      final Header header = block.header();
      final ValidatorSet lastValidators =
          height == state.initialHeight()
              ? ValidatorSet.EMPTY
              : stored(stores.states().loadValidators(height - 1), "validators", height - 1);
      mark.sent(height);
      final FinalizeBlockAnswer answer =
          app.finalizeBlock(
              block,
              Hashes.headerHash(header),
              AppView.lastCommit(block, lastValidators, state.initialHeight()),
              AppView.misbehavior(block));
      AnswerChecks.requireComplete(block, answer.results());
      AnswerChecks.requireEqual(
          height,
          answer.results().appHash(),
          Hashes.resultsHash(answer.results().txResults()),
          expected(height, state));
      app.commit();
      mark.committed(height);
    }
  }

  private AnswerChecks.Expected expected(final long height, final State state)
      throws FailureException {
    if (height == state.lastBlockHeight()) {
      return new AnswerChecks.Expected(state.appHash(), state.lastResultsHash(), true);
    }
    final Header next = stored(stores.blocks().loadMeta(height + 1), "block", height + 1).header();
    final Bytes appHash = next.appHash();
    final Hash resultsHash = next.lastResultsHash();
    return new AnswerChecks.Expected(appHash, resultsHash, true);
  }

  private static <T> T stored(final Optional<T> record, final String what, final long height)
      throws FailureException {
    return record.orElseThrow(
        () ->
            new FailureException(
                FailureKind.HOME_STATE,
                "the app is behind this home and needs %s %d again, which is not stored here"
                    .formatted(what, height),
                "Restore the app's data from the same moment as the home, or start both anew."));
  }
}
