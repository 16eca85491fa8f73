package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.types.FailureException;
import dev.understudy.types.State;
import java.time.Duration;

/**
 * What somebody does between two blocks, on the execution thread: look at the app, hold the run up,
 * have old blocks forgotten. The run goes on when {@link #after} returns.
 */
public interface BetweenBlocks {
  BetweenBlocks NOTHING =
      new BetweenBlocks() {
        @Override
        public boolean holdsUpAfter(final long height) {
          return false;
        }

        @Override
        public void after(final State state, final Run run) {}
      };

  /** Whether the next block is not to be sent before {@link #after} has returned. */
  boolean holdsUpAfter(long height);

  /** The block that led to this state is committed. */
  void after(State state, Run run) throws FailureException, InterruptedException;

  /** The run, as long as {@link #after} has not returned. */
  interface Run {
    AbciClient app();

    /** What the app had committed when the run began. */
    long appHeightAtStart();

    /** Waits so long; true, and at once, when the run is to end. */
    boolean waitUnlessOver(Duration time) throws InterruptedException;

    /** Makes a checkpoint and forgets the home's blocks and answers below a height. */
    void forgetBelow(long height) throws FailureException, InterruptedException;
  }
}
