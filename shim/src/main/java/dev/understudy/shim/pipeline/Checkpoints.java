package dev.understudy.shim.pipeline;

import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.journal.AnswersJournal;
import dev.understudy.storage.journal.CheckpointStates;
import dev.understudy.storage.state.StateCodec;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.time.Duration;

/**
 * Makes everything up to a height outlive a power cut, now and then. The order matters: databases,
 * then the state beside the journal, then the journal starts anew; a cut in between leaves the old
 * journal with everything that is needed since the old checkpoint.
 */
final class Checkpoints {
  private final RunContext run;
  private final StoreStateStep storing;
  private final IndexBlocksStep index;
  private final long everyBlocks;
  private final long everyNanos;
  private long lastHeight;
  private long lastNanos = System.nanoTime();

  Checkpoints(
      final RunContext run,
      final StoreStateStep storing,
      final IndexBlocksStep index,
      final PipelineConfig config) {
    this.run = run;
    this.storing = storing;
    this.index = index;
    this.everyBlocks = config.checkpointBlocks();
    final Duration every = config.checkpointEvery();
    this.everyNanos = every.toNanos();
    this.lastHeight = run.state().lastBlockHeight();
  }

  void afterBlock(final State state) throws FailureException, InterruptedException {
    final long height = state.lastBlockHeight();
    // after a power cut the first one is due when all of the app's heights are written again
    final boolean repaired = run.repairing() && height == run.appHeight();
    final boolean due =
        height - lastHeight >= everyBlocks || System.nanoTime() - lastNanos >= everyNanos;
    if (repaired || (due && height >= run.appHeight())) {
      take(state);
    }
  }

  /**
   * Called by the execution thread between two blocks: of what counts nobody else writes then, and
   * blocks that are put ahead meanwhile are above the checkpoint.
   */
  void take(final State state) throws FailureException, InterruptedException {
    storing.awaitIdle();
    index.awaitIdle();
    save(run.databases(), run.checkpointStates(), run.journal(), state, run.line());
    lastHeight = state.lastBlockHeight();
    lastNanos = System.nanoTime();
    run.progress().checkpointed(lastHeight);
  }

  /** The bare checkpoint; writers are at rest. */
  static void save(
      final NodeDatabases databases,
      final CheckpointStates states,
      final AnswersJournal journal,
      final State state,
      final EngineLine line)
      throws FailureException {
    final long height = state.lastBlockHeight();
    databases.checkpoint(height);
    states.save(height, StateCodec.encode(state, line));
    journal.startAnew(height);
    states.retainOnly(height);
  }
}
