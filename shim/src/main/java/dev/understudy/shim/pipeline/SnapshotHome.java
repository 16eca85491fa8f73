package dev.understudy.shim.pipeline;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.LastCommitCheck;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.GenesisRecord;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.types.Block;
import dev.understudy.types.Commit;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.PartSet;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.EncodedCommit;
import java.util.Optional;

/**
 * Writes into an empty home what a node has after a state sync, and seals it: the state with its
 * three validator sets, the seen commit, and, by what the line's start accepts, the offline state
 * sync height over an empty block store or the snapshot's block.
 *
 * <p>Everything is written anew when a killed run is repeated; the order does not matter before the
 * seal.
 */
public final class SnapshotHome {
  private final EngineLine line;
  private final GenesisDoc genesis;
  private final HomeLayout layout;
  private final NodeDatabases databases;
  private final FailPoints failPoints;

  /** The databases are open, and stay the caller's. */
  public SnapshotHome(
      final EngineLine line,
      final GenesisDoc genesis,
      final HomeLayout layout,
      final NodeDatabases databases,
      final FailPoints failPoints) {
    this.failPoints = failPoints;
    this.line = line;
    this.genesis = genesis;
    this.layout = layout;
    this.databases = databases;
  }

  /** Sealed when this returns. */
  public void write(
      final State state, final Block block, final PartSet parts, final Commit seenCommit)
      throws FailureException {
    if (line.marksKeyLayout()) {
      SyncRun.markLayouts(databases, layout.config().storage().keyLayout());
    }
    final NodeStores stores = NodeStores.of(databases, line);
    final long height = state.lastBlockHeight();
    new GenesisRecord(layout, line).write(genesis);
    final Optional<State> before = stores.states().loadState();
    NodeStores.write(
        stores.blockDb(),
        batch -> {
          if (line.knowsOfflineStateSyncHeight()) {
            stores.blocks().putSeenCommit(batch, seenCommit);
          } else {
            stores.blocks().putParts(batch, height, parts);
            stores
                .blocks()
                .putBlock(
                    batch,
                    block,
                    parts,
                    state.lastBlockId(),
                    EncodedCommit.of(block.lastCommit()),
                    EncodedCommit.of(seenCommit));
            stores.blocks().putDescriptor(batch, new BlockDescriptor(height, height));
          }
        });
    NodeStores.write(
        stores.stateDb(),
        batch -> {
          // an InitChain that was never followed by a block leaves its records
          before
              .filter(old -> old.lastBlockHeight() == 0)
              .ifPresent(old -> stores.states().deleteGenesisState(batch, old));
          stores.states().putBootstrap(batch, state);
          if (line.knowsOfflineStateSyncHeight()) {
            stores.states().putOfflineStateSyncHeight(batch, height);
          }
        });
    failPoints.reached(FailPoint.STATES_PUT);
    requireStartable(stores, state);
    final CheckpointStates states = new CheckpointStates(layout.journalDir());
    try (AnswersJournal journal = AnswersJournal.open(layout.journalDir())) {
      Checkpoints.save(databases, states, journal, state, line, failPoints);
      databases.seal();
      journal.close(true);
      failPoints.reached(FailPoint.JOURNAL_ENDED);
    }
  }

  private void requireStartable(final NodeStores stores, final State state)
      throws FailureException {
    final Optional<String> trouble = LastCommitCheck.trouble(stores.blocks(), state, line);
    if (trouble.isPresent()) {
      throw new FailureException(
          FailureKind.VERIFICATION,
          "the commit for the snapshot's block %d would end the real node at its start: %s"
              .formatted(state.lastBlockHeight(), trouble.get()),
          "Take another snapshot with --target-height.");
    }
  }
}
