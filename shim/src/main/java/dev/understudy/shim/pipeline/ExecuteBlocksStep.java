package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.FinalizeBlockAnswer;
import dev.understudy.shim.execute.AnswerChecks;
import dev.understudy.shim.execute.AppView;
import dev.understudy.shim.execute.StateChecks;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.shim.verify.ProvenBlock;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.storage.state.AppliedBlock;
import dev.understudy.types.Block;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AbciCodec;
import dev.understudy.types.wire.MalformedWireException;
import java.util.List;

/**
 * The execution thread: proven blocks go to the app, its answers are compared with the next header,
 * kept, then committed. It waits for nothing else but an empty queue, and for the one synced append
 * to the journal that the answer's durability costs.
 *
 * <p>A block that the app has committed before (after a power cut, or a kill between Commit and
 * state) is not put to it again: the kept answer takes the app's place.
 */
final class ExecuteBlocksStep {
  private final ByteQueue<ProvenBlock> ready;
  private final IndexBlocksStep index;
  private final AbciClient app;
  private final long appHeight;
  private final StateMachine machine;
  private final EngineLine line;
  private final NodeStores stores;
  private final StoreStateStep storing;
  private final AnswersJournal journal;
  private final InFlightMark mark;
  private final StoredAnswers kept;
  private final ValidatorSets sets;
  private final Checkpoints checkpoints;
  private final Stages stages;
  private final SyncProgress progress;
  private final StateChecks checks = new StateChecks();
  private State state;

  ExecuteBlocksStep(
      final RunContext run,
      final ByteQueue<ProvenBlock> ready,
      final IndexBlocksStep index,
      final StoreStateStep storing,
      final ValidatorSets sets,
      final Checkpoints checkpoints) {
    this.ready = ready;
    this.index = index;
    this.app = run.app();
    this.appHeight = run.appHeight();
    this.line = run.line();
    this.machine = new StateMachine(run.line());
    this.stores = run.stores();
    this.storing = storing;
    this.journal = run.journal();
    this.mark = run.mark();
    this.kept = new StoredAnswers(run.journal(), run.stores().states());
    this.sets = sets;
    this.checkpoints = checkpoints;
    this.stages = run.stages();
    this.progress = run.progress();
    this.state = run.state();
  }

  /** The state after the last block that the app has committed. */
  State state() {
    return state;
  }

  void run() throws FailureException, InterruptedException {
    while (!stages.stopRequested()) {
      final ProvenBlock next = ready.take();
      if (next == null) {
        break;
      }
      execute(next);
      checkpoints.afterBlock(state);
    }
  }

  private void execute(final ProvenBlock proven) throws FailureException, InterruptedException {
    final Block block = proven.prepared().block();
    final long height = block.height();
    checks.require(state, block);
    final boolean committedBefore = height <= appHeight;
    final FinalizeBlockAnswer answer = committedBefore ? keptAnswer(proven) : ask(block, proven);
    final BlockResults results = answer.results();
    AnswerChecks.requireComplete(block, results);
    final State after = machine.apply(state, block, proven.prepared().id(), results);
    AnswerChecks.requireEqual(
        height,
        after.appHash(),
        after.lastResultsHash(),
        new AnswerChecks.Expected(
            proven.next().appHash(), proven.next().lastResultsHash(), proven.nextProven()));
    if (!results.validatorUpdates().isEmpty()) {
      sets.publish(after.nextValidators());
    }
    if (!committedBefore) {
      journal.append(
          height,
          proven.prepared().id().hash().array(),
          List.of(answer.raw().array()),
          /* sync= */ true);
      app.commit();
      mark.committed(height);
    }
    if (!block.evidence().isEmpty()) {
      // after Commit: a node that takes over before it would refuse evidence known as committed
      NodeStores.write(
          stores.evidenceDb(),
          batch -> block.evidence().forEach(item -> stores.evidence().putCommitted(batch, item)));
    }
    state = after;
    storing.submit(new AppliedBlock(after, answer.raw()));
    progress.applied(height, block.txs().size());
    index.submit(
        new IndexBlocksStep.Committed(
            block, results, proven.prepared().weight() + 4L * answer.raw().size()));
  }

  private FinalizeBlockAnswer ask(final Block block, final ProvenBlock proven)
      throws FailureException {
    final var lastCommit = AppView.lastCommit(block, state.lastValidators(), state.initialHeight());
    mark.sent(block.height());
    return app.finalizeBlock(
        block, proven.prepared().id().hash(), lastCommit, AppView.misbehavior(block));
  }

  private FinalizeBlockAnswer keptAnswer(final ProvenBlock proven) throws FailureException {
    final long height = proven.height();
    final Bytes raw = kept.finalizeBlock(height, proven.prepared().id().hash());
    try {
      return new FinalizeBlockAnswer(raw, AbciCodec.decodeFinalizeBlock(raw.array(), line));
    } catch (final MalformedWireException e) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "the kept answer of the app to block %d can't be read: %s"
              .formatted(height, e.getMessage()),
          "The home is damaged; restore home and app from the same moment, or start both anew.",
          e);
    }
  }
}
