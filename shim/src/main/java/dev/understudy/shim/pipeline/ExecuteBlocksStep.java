package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.shim.abci.BlockAnswer;
import dev.understudy.shim.execute.AnswerChecks;
import dev.understudy.shim.execute.AppView;
import dev.understudy.shim.execute.StateChecks;
import dev.understudy.shim.execute.StateMachine;
import dev.understudy.shim.verify.ProvenBlock;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.InFlightMark;
import dev.understudy.storage.state.AppliedBlock;
import dev.understudy.types.Block;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.CommitInfo;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.MalformedWireException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The execution thread: proven blocks go to the app, its answers are compared with the next header,
 * kept, then committed. It waits for nothing else but an empty queue, and for the one synced append
 * to the journal that the answer's durability costs.
 *
 * <p>A block that the app has committed before (after a power cut, or a kill between Commit and
 * state) is not put to it again: the kept answer takes the app's place.
 */
final class ExecuteBlocksStep {
  /** A proof needs the next blocks; where the archive ends there will be none. */
  private static final int PROOF_SECONDS = 5;

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
  private final ArchivedAnswers archived;
  private final boolean syncEach;
  private final FailPoints failPoints;
  private final ValidatorSets sets;
  private final Checkpoints checkpoints;
  private final HeldUpRun heldUp;
  private final Stages stages;
  private final SyncProgress progress;
  private final StateChecks checks;
  private State state;
  // the next block, once it was looked at during a commit, and whether the app works on it already
  private @Nullable ProvenBlock ahead;
  private boolean begun;

  ExecuteBlocksStep(
      final RunContext run,
      final ByteQueue<ProvenBlock> ready,
      final IndexBlocksStep index,
      final StoreStateStep storing,
      final ArchivedAnswers archived,
      final ValidatorSets sets,
      final Checkpoints checkpoints,
      final HeldUpRun heldUp) {
    this.ready = ready;
    this.index = index;
    this.app = run.app();
    this.appHeight = run.appHeight();
    this.line = run.line();
    this.machine = new StateMachine(run.line());
    this.checks = new StateChecks(run.line());
    this.stores = run.stores();
    this.storing = storing;
    this.journal = run.journal();
    this.mark = run.mark();
    this.kept = new StoredAnswers(run.journal(), run.stores().states(), run.line());
    this.archived = archived;
    this.syncEach = run.journalMode() == JournalMode.SYNCED;
    this.failPoints = run.failPoints();
    this.sets = sets;
    this.checkpoints = checkpoints;
    this.heldUp = heldUp;
    this.stages = run.stages();
    this.progress = run.progress();
    this.state = run.state();
  }

  /** The state after the last block that the app has committed. */
  State state() {
    return state;
  }

  void run() throws FailureException, InterruptedException {
    while (begun || !stages.stopRequested()) {
      final ProvenBlock next = ahead != null ? ahead : ready.take();
      if (next == null) {
        break;
      }
      ahead = null;
      execute(next);
      checkpoints.afterBlock(state);
      heldUp.after(state);
    }
  }

  private void execute(final ProvenBlock proven) throws FailureException, InterruptedException {
    final Block block = proven.prepared().block();
    final long height = block.height();
    final boolean committedBefore = height <= appHeight;
    if (!begun) {
      checks.require(state, block);
      if (!committedBefore) {
        begin(proven, lastCommit(block, state));
      }
    }
    final Optional<BlockAnswer> own =
        committedBefore ? keptAnswer(proven) : Optional.of(answer(height));
    final BlockAnswer answer = own.isPresent() ? own.get() : archived.standIn(proven);
    final BlockResults results = answer.results();
    if (own.isPresent()) {
      AnswerChecks.requireComplete(block, results);
    }
    State after = machine.apply(state, block, proven.prepared().id(), results);
    if (own.isEmpty()) {
      archived.requireProven(proven, results, after);
    }
    final AnswerChecks.Expected expected =
        new AnswerChecks.Expected(
            proven.next().appHash(), proven.next().lastResultsHash(), proven.nextProven());
    try {
      if (line.givesAppHashWithCommit()) {
        AnswerChecks.requireSameResults(height, after.lastResultsHash(), expected);
      } else {
        AnswerChecks.requireEqual(height, after.appHash(), after.lastResultsHash(), expected);
      }
      checks.requireFollowedBy(after, proven.next(), proven.nextProven());
    } catch (final FailureException e) {
      throw blame(proven, e);
    }
    if (!results.validatorUpdates().isEmpty()) {
      sets.publish(after.nextValidators());
    }
    if (line.keepsPlacesOfTxs()) {
      NodeStores.write(
          stores.blockDb(),
          batch -> stores.blocks().putTxPlaces(batch, block, results.txResults(), line));
    }
    if (!committedBefore) {
      journal.append(
          height,
          proven.prepared().id().hash().array(),
          StoredAnswers.toJournal(answer, expected.appHash(), line),
          syncEach);
      failPoints.reached(FailPoint.JOURNALED);
    }
    final Bytes committed =
        committedBefore ? committedHash(height, expected) : commit(height, after);
    if (line.givesAppHashWithCommit()) {
      AnswerChecks.requireCommitted(height, committed, expected);
      after = after.withAppHash(committed);
    }
    if (!block.evidence().isEmpty()) {
      // after Commit: a node that takes over before it would refuse evidence known as committed
      NodeStores.write(
          stores.evidenceDb(),
          batch -> block.evidence().forEach(item -> stores.evidence().putCommitted(batch, item)));
      failPoints.reached(FailPoint.EVIDENCE_PUT);
    }
    state = after;
    storing.submit(new AppliedBlock(after, answer.record()));
    progress.applied(height, block.txs().size());
    index.submit(
        new IndexBlocksStep.Committed(
            block, results, proven.prepared().weight() + 4L * answer.record().size()));
  }

  /**
   * Where the app contradicts a header that was not yet proven, the header may be the forged one.
   */
  private FailureException blame(final ProvenBlock proven, final FailureException mismatch)
      throws InterruptedException {
    if (proven.nextProven() || ready.take(PROOF_SECONDS, TimeUnit.SECONDS) != null) {
      return mismatch;
    }
    return ready.failure().filter(why -> why.kind() == FailureKind.VERIFICATION).orElse(mismatch);
  }

  private Bytes commit(final long height, final State after)
      throws FailureException, InterruptedException {
    app.sendCommit();
    if (!line.givesAppHashWithCommit() && !heldUp.holdsUpAfter(height)) {
      beginNext(after);
    }
    final Bytes appHash = app.takeCommit().appHash();
    failPoints.reached(FailPoint.COMMITTED);
    mark.committed(height);
    failPoints.reached(FailPoint.MARKED_COMMITTED);
    return appHash;
  }

  /**
   * Sends the next block, if it is there, behind the commit that the app is at: it goes from one to
   * the other without waiting for us. Its execution is not durable, so nothing of it stays if the
   * commit fails.
   */
  private void beginNext(final State after) throws FailureException, InterruptedException {
    if (stages.stopRequested()) {
      return;
    }
    final ProvenBlock next = ready.take(0, TimeUnit.NANOSECONDS);
    ahead = next;
    if (next == null) {
      return;
    }
    final Block block = next.prepared().block();
    final CommitInfo lastCommit;
    try {
      checks.require(after, block);
      lastCommit = lastCommit(block, after);
    } catch (final FailureException e) {
      return; // told when its turn comes: the block before it is committed first
    }
    begin(next, lastCommit);
  }

  /** The answer to Commit is not kept: of the app's last block Info tells, of others the chain. */
  private Bytes committedHash(final long height, final AnswerChecks.Expected expected)
      throws FailureException {
    return line.givesAppHashWithCommit() && height == appHeight
        ? app.info().lastBlockAppHash()
        : expected.appHash();
  }

  private static CommitInfo lastCommit(final Block block, final State before)
      throws FailureException {
    return AppView.lastCommit(block, before.lastValidators(), before.initialHeight());
  }

  private void begin(final ProvenBlock proven, final CommitInfo lastCommit)
      throws FailureException {
    final Block block = proven.prepared().block();
    mark.sent(block.height());
    failPoints.reached(FailPoint.MARKED_SENT);
    app.sendBlock(block, proven.prepared().id().hash(), lastCommit, AppView.misbehavior(block));
    begun = true;
  }

  private BlockAnswer answer(final long height) throws FailureException {
    final BlockAnswer answer = app.takeBlock(height);
    begun = false;
    failPoints.reached(FailPoint.ANSWERED);
    return answer;
  }

  private Optional<BlockAnswer> keptAnswer(final ProvenBlock proven) throws FailureException {
    final long height = proven.height();
    final Optional<StoredAnswers.Kept> found = kept.answers(height, proven.prepared().id().hash());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(BlockAnswer.kept(found.get().record(), line));
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
