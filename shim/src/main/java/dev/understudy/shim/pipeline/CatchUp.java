package dev.understudy.shim.pipeline;

import dev.understudy.shim.execute.AnswerChecks;
import dev.understudy.shim.execute.StateChecks;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.state.AppliedBlock;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.MalformedWireException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Derives the states of blocks that the app has answered and a killed run had not written yet: from
 * the blocks that were put ahead and the answers that were kept. Needs neither app nor archive.
 */
public final class CatchUp {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

  private final EngineLine line;
  private final NodeStores stores;
  private final StoredAnswers kept;
  private final StateMachine machine;
  private final FailPoints failPoints;

  CatchUp(
      final EngineLine line,
      final NodeStores stores,
      final AnswersJournal journal,
      final FailPoints failPoints) {
    this.failPoints = failPoints;
    this.line = line;
    this.stores = stores;
    this.kept = new StoredAnswers(journal, stores.states(), line);
    this.machine = new StateMachine(line);
  }

  /** Brings a home without its app to the last answer in the journal. */
  public static void toLastAnswer(
      final EngineLine line, final NodeDatabases databases, final AnswersJournal journal)
      throws FailureException {
    final NodeStores stores = NodeStores.of(databases, line);
    final Optional<State> state = stores.states().loadState();
    if (state.isPresent()) {
      new CatchUp(line, stores, journal, FailPoints.NONE)
          .run(state.get(), journal.lastHeight().orElse(0));
    }
  }

  /** Goes up to a height, which may be below the state's, and returns the state then. */
  State run(final State from, final long upTo) throws FailureException {
    if (upTo > from.lastBlockHeight()) {
      LOG.info("deriving the states of blocks {} to {} again", from.nextHeight(), upTo);
    }
    State state = from;
    final StateChecks checks = new StateChecks(line);
    while (state.lastBlockHeight() < upTo) {
      state = apply(state, checks);
    }
    trimDescriptor(state);
    return state;
  }

  private State apply(final State state, final StateChecks checks) throws FailureException {
    final long height = state.nextHeight();
    final Block block = stores.blocks().loadBlock(height).orElseThrow(() -> missing(height));
    final BlockId id = stores.blocks().loadMeta(height).orElseThrow().blockId();
    checks.require(state, block);
    final StoredAnswers.Kept answer =
        kept.answers(height, id.hash()).orElseThrow(() -> StoredAnswers.lost(height, height));
    final BlockResults results = decode(height, answer.record());
    AnswerChecks.requireComplete(block, results);
    final State applied = machine.apply(state, block, id, results);
    final State after =
        line.givesAppHashWithCommit()
            ? applied.withAppHash(committedHash(height, answer))
            : applied;
    final BlockDescriptor descriptor = stores.blocks().loadDescriptor();
    if (descriptor.height() < height) {
      NodeStores.write(
          stores.blockDb(),
          batch -> stores.blocks().putDescriptor(batch, descriptor.extendedTo(height)));
      failPoints.reached(FailPoint.CATCH_UP_DESCRIPTOR_PUT);
    }
    if (line.keepsPlacesOfTxs()) {
      NodeStores.write(
          stores.blockDb(),
          batch -> stores.blocks().putTxPlaces(batch, block, results.txResults(), line));
    }
    NodeStores.write(
        stores.evidenceDb(),
        batch -> block.evidence().forEach(item -> stores.evidence().putCommitted(batch, item)));
    failPoints.reached(FailPoint.CATCH_UP_EVIDENCE_PUT);
    final AppliedBlock caughtUp = new AppliedBlock(after, answer.record());
    NodeStores.write(
        stores.stateDb(),
        batch -> {
          stores.states().putAnswer(batch, caughtUp);
          stores.states().putApplied(batch, List.of(caughtUp));
        });
    failPoints.reached(FailPoint.BLOCK_CAUGHT_UP);
    return after;
  }

  /** From the journal, or else from the block above, if that was put ahead. */
  private Bytes committedHash(final long height, final StoredAnswers.Kept answer)
      throws FailureException {
    final Optional<Bytes> hash =
        answer
            .appHash()
            .or(() -> stores.blocks().loadMeta(height + 1).map(meta -> meta.header().appHash()));
    return hash.orElseThrow(() -> missing(height + 1));
  }

  /** A descriptor far above the state counts blocks that the app has lost: they come again. */
  private void trimDescriptor(final State state) {
    final BlockDescriptor descriptor = stores.blocks().loadDescriptor();
    if (descriptor.height() <= state.nextHeight()) {
      return;
    }
    final long last = state.lastBlockHeight();
    NodeStores.write(
        stores.blockDb(),
        batch -> {
          if (descriptor.base() > last) {
            stores.blocks().deleteDescriptor(batch);
          } else {
            stores.blocks().putDescriptor(batch, new BlockDescriptor(descriptor.base(), last));
          }
        });
    failPoints.reached(FailPoint.DESCRIPTOR_TRIMMED);
  }

  private BlockResults decode(final long height, final Bytes answer) throws FailureException {
    try {
      return AnswersCodec.decodeRecord(answer, line);
    } catch (final MalformedWireException e) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the kept answer of the app to block %d can't be read: %s"
              .formatted(height, e.getMessage()),
          "The home is damaged; restore home and app from the same moment, or start both anew.",
          e);
    }
  }

  private static FailureException missing(final long height) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "the app has committed block %d, which is not in this home".formatted(height),
        "Home and app do not belong together, or a part of the home was replaced. Restore both"
            + " from the same moment, or start both anew (the app's data too).");
  }
}
