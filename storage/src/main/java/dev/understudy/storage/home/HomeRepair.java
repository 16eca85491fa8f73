package dev.understudy.storage.home;

import dev.understudy.storage.block.AheadBlocks;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.block.LastCommitCheck;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;

/**
 * Seals a home that a killed run left unsealed, without an app and without an archive. After a
 * power cut that is not possible: states must then be derived anew, by the sync itself.
 */
public final class HomeRepair {
  private static final String SYNC_AGAIN =
      "Run the same sync command again: it repairs the home and seals it.";

  private HomeRepair() {}

  /** True for a home that Understudy worked on and did not give back. */
  public static boolean isNeeded(final HomeLayout layout) throws FailureException {
    return SealRecord.read(layout).map(record -> !record.sealed()).orElse(false)
        || hasWorkingName(layout);
  }

  /** True if a database lies under its working name, where no node looks for it. */
  public static boolean hasWorkingName(final HomeLayout layout) {
    return Arrays.stream(DatabaseId.values())
        .anyMatch(id -> Files.exists(layout.unsealedDatabase(id)));
  }

  /** How states are derived that a killed run had not written: the execution rules'. */
  @FunctionalInterface
  public interface CatchUp {
    void run(EngineLine line, NodeDatabases databases, AnswersJournal journal)
        throws FailureException;
  }

  /**
   * Catches up with the answers that are kept, deletes what was put ahead and seals. Fails with
   * HOME_STATE, the home unsealed still, where only a sync can do it.
   */
  public static void seal(final HomeLayout layout, final EngineLine line, final CatchUp catchUp)
      throws FailureException {
    final StoreFactory factory = StoreFactory.forBackend(layout.backend(line));
    try (NodeDatabases databases = NodeDatabases.open(layout, factory);
        AnswersJournal journal = AnswersJournal.open(layout.journalDir())) {
      if (journal.endedUncleanlyUnderAnotherBoot() && databases.checkpointHeight().isPresent()) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "The machine went down while "
                + layout.home()
                + " was synced: what was written last may have holes, so it can't be sealed",
            SYNC_AGAIN);
      }
      catchUp.run(line, databases, journal);
      final BlockStore blocks = new BlockStore(databases.store(DatabaseId.BLOCKSTORE));
      final KvStore stateDb = databases.store(DatabaseId.STATE);
      final StateStore states = new StateStore(stateDb, line);
      final Optional<State> state = states.loadState();
      if (state.isPresent()) {
        final Batch batch = new Batch();
        states.putLastAnswer(batch, state.get());
        stateDb.write(batch, false);
      }
      AheadBlocks.delete(blocks, state.map(State::initialHeight).orElse(1L));
      final Optional<String> trouble =
          state.flatMap(known -> LastCommitCheck.trouble(blocks, known, line));
      if (trouble.isPresent()) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "The commit for the last block, %d, would end the real node at its start: %s"
                .formatted(blocks.loadDescriptor().height(), trouble.get()),
            SYNC_AGAIN);
      }
      databases.seal();
      journal.close(true);
    }
  }
}
