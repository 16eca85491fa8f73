package dev.understudy.shim.pipeline;

import dev.understudy.shim.abci.AbciClient;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.Header;
import dev.understudy.types.State;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The run as {@link BetweenBlocks} sees it. Its methods belong to the execution thread. */
final class HeldUpRun implements BetweenBlocks.Run {
  private final RunContext run;
  private final StoreStateStep storing;
  private final Checkpoints checkpoints;
  private final CountDownLatch over = new CountDownLatch(1);
  private State state;

  HeldUpRun(final RunContext run, final StoreStateStep storing, final Checkpoints checkpoints) {
    this.run = run;
    this.storing = storing;
    this.checkpoints = checkpoints;
    this.state = run.state();
    run.stages().onAbort(over::countDown);
  }

  /** Asked before the block of this height is committed. */
  boolean holdsUpAfter(final long height) {
    return run.between().holdsUpAfter(height);
  }

  void after(final State committed) throws FailureException, InterruptedException {
    if (committed.lastBlockHeight() < run.appHeight()) {
      // under repair: nothing of what the home has may go
      return;
    }
    state = committed;
    run.between().after(committed, this);
  }

  @Override
  public AbciClient app() {
    return run.app();
  }

  @Override
  public long appHeightAtStart() {
    return run.appHeight();
  }

  @Override
  public boolean waitUnlessOver(final Duration time) throws InterruptedException {
    return over.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Behind a checkpoint: no repair needs anything below it. */
  @Override
  public void forgetBelow(final long height) throws FailureException, InterruptedException {
    final State now = state;
    checkpoints.take(now);
    final long from = run.stores().blocks().loadDescriptor().base();
    final BlockStore.Pruned pruned =
        storing.pruneBelow(Math.min(height, now.lastBlockHeight()), h -> mayBeAccused(h, now));
    if (pruned.descriptor().base() > from) {
      run.stores()
          .states()
          .prune(Math.max(1, from), pruned.descriptor().base(), pruned.accusableFrom());
    }
  }

  /** evidence/verify.go: IsEvidenceExpired. */
  private static boolean mayBeAccused(final Header header, final State now) {
    final var age = now.consensusParams().evidence();
    final boolean expired =
        now.lastBlockHeight() - header.height() > age.maxAgeNumBlocks()
            && Duration.between(header.time(), now.lastBlockTime()).compareTo(age.maxAgeDuration())
                > 0;
    return !expired;
  }
}
