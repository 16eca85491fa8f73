package dev.understudy.shim.pipeline;

import dev.understudy.types.Block;
import dev.understudy.types.BlockResults;

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
  private final boolean indexing;
  private final SyncProgress progress;
  private long waiting;

  /** Without {@code indexing} blocks pass unwritten. */
  IndexBlocksStep(final NodeStores stores, final boolean indexing, final SyncProgress progress) {
    this.stores = stores;
    this.indexing = indexing;
    this.progress = progress;
  }

  /** Waits only while the index is far behind. */
  void submit(final Committed block) throws InterruptedException {
    if (!indexing) {
      return;
    }
    synchronized (this) {
      waiting++;
    }
    queue.put(block);
  }

  void run() throws InterruptedException {
    for (Committed next = queue.take(); next != null; next = queue.take()) {
      final Committed block = next;
      NodeStores.write(
          stores.indexDb(),
          batch ->
              stores
                  .index()
                  .index(batch, block.block().height(), block.block().txs(), block.results()));
      progress.indexed(block.block().height());
      synchronized (this) {
        waiting--;
        notifyAll();
      }
    }
  }

  /** Waits until everything submitted is written; for the submitting thread. */
  synchronized void awaitIdle() throws InterruptedException {
    while (waiting > 0) {
      wait();
    }
  }

  /** No more blocks will come: {@link #run} returns when all are written. */
  void finish() {
    queue.finish();
  }

  void abort() {
    queue.abort();
  }
}
