package dev.understudy.shim.pipeline;

import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.types.Block;
import dev.understudy.types.BlockResults;
import dev.understudy.types.FailureException;

/**
 * Writes the search index behind execution. Lagging is harmless: what is missing after a crash is
 * found and made up for at the next start.
 */
final class IndexBlocksStep {
  /** A committed block with the app's answer. */
  record Committed(Block block, BlockResults results, long weight) {}

  private static final long QUEUE_BYTES = 24L << 20;

  private final ByteQueue<Committed> queue = new ByteQueue<>(QUEUE_BYTES, Committed::weight);
  private final NodeStores stores;
  private final InFlight inFlight;
  private final boolean indexing;
  private final SyncProgress progress;
  private final FailPoints failPoints;
  private long waiting;
  private boolean failed;
  private boolean mayBeIndexed = true;

  /** Without {@code indexing} blocks pass unwritten. */
  IndexBlocksStep(final RunContext run, final boolean indexing, final InFlight inFlight) {
    this.stores = run.stores();
    this.indexing = indexing;
    this.inFlight = inFlight;
    this.progress = run.progress();
    this.failPoints = run.failPoints();
  }

  /** Waits only while the index is far behind. */
  void submit(final Committed block) throws InterruptedException {
    if (!indexing) {
      inFlight.ended(block.block().height());
      return;
    }
    synchronized (this) {
      waiting++;
    }
    queue.put(block);
  }

  void run() throws FailureException, InterruptedException {
    boolean ended = false;
    try {
      while (indexNext()) {
        synchronized (this) {
          waiting--;
          notifyAll();
        }
      }
      ended = true;
    } finally {
      if (!ended) {
        abort();
      }
    }
  }

  /** A method of its own, so that nothing holds the block while the next one is waited for. */
  private boolean indexNext() throws FailureException, InterruptedException {
    final Committed next = queue.take();
    if (next == null) {
      return false;
    }
    index(next);
    progress.indexed(next.block().height());
    inFlight.ended(next.block().height());
    return true;
  }

  private void index(final Committed block) throws FailureException {
    final long height = block.block().height();
    // a run that was killed between the index and the state has indexed what comes again now;
    // behind the first block that is missing all are
    if (mayBeIndexed && stores.index().isIndexed(height)) {
      return;
    }
    mayBeIndexed = false;
    stores.index().index(height, block.block().txs(), block.results());
    failPoints.reached(FailPoint.INDEXED);
  }

  /** Waits until everything submitted is written or the writing failed. */
  synchronized void awaitIdle() throws InterruptedException {
    while (waiting > 0 && !failed) {
      wait();
    }
  }

  /** No more blocks will come: {@link #run} returns when all are written. */
  void finish() {
    queue.finish();
  }

  /** Who waits for this step must not wait for ever: the failure ends the run. */
  private void abort() {
    queue.abort();
    synchronized (this) {
      failed = true;
      notifyAll();
    }
  }
}
