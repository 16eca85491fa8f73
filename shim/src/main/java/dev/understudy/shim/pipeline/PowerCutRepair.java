package dev.understudy.shim.pipeline;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.storage.state.StateCodec;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a home back to its last checkpoint when the machine went down during a sync: nothing above
 * it is trusted, and the run writes it anew. A kill at any point leaves a home that is taken back
 * again.
 */
final class PowerCutRepair {
  private static final Logger LOG = LoggerFactory.getLogger(PowerCutRepair.class);

  private final EngineLine line;
  private final NodeDatabases databases;
  private final NodeStores stores;
  private final AnswersJournal journal;
  private final CheckpointStates checkpointStates;
  private final FailPoints failPoints;

  PowerCutRepair(
      final EngineLine line,
      final NodeDatabases databases,
      final NodeStores stores,
      final AnswersJournal journal,
      final CheckpointStates checkpointStates,
      final FailPoints failPoints) {
    this.line = line;
    this.databases = databases;
    this.stores = stores;
    this.journal = journal;
    this.checkpointStates = checkpointStates;
    this.failPoints = failPoints;
  }

  /**
   * Does nothing unless the last run ended uncleanly under another boot.
   *
   * @return whether the home was taken back
   */
  boolean perform() throws FailureException {
    if (!journal.endedUncleanlyUnderAnotherBoot()) {
      return false;
    }
    // the record's, not the journal's: what a node wrote since an earlier seal must not be undone
    final OptionalLong checkpoint = databases.checkpointHeight();
    if (checkpoint.isEmpty()) {
      LOG.info("the machine went down, but this home is whole: nothing was put since it was taken");
      return false;
    }
    final long height = checkpoint.getAsLong();
    final State state = stateAt(height);
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
    failPoints.reached(FailPoint.REPAIR_DESCRIPTOR_PUT);
    NodeStores.write(stores.stateDb(), batch -> stores.states().putState(batch, state));
    failPoints.reached(FailPoint.REPAIR_STATE_PUT);
    // after the descriptor: a kill in between must not leave one that counts deleted blocks
    final long deleted = stores.blocks().deleteAbove(height);
    failPoints.reached(FailPoint.REPAIR_BLOCKS_DELETED);
    LOG.info("{} records above the checkpoint deleted", deleted);
    stores.index().forgetAbove(height);
    failPoints.reached(FailPoint.REPAIR_INDEX_FORGOTTEN);
    return true;
  }

  private State stateAt(final long height) throws FailureException {
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
    try {
      return StateCodec.decode(kept, line);
    } catch (final Exception e) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the state kept for checkpoint %d can't be read: %s".formatted(height, e.getMessage()),
          "Sync this home anew.",
          e);
    }
  }
}
