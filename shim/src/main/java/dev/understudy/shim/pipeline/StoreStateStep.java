package dev.understudy.shim.pipeline;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.state.AppliedBlock;
import dev.understudy.types.FailureException;
import dev.understudy.types.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes descriptor, answers and states of committed blocks behind execution, as many blocks at
 * once as have come together meanwhile: the large record of the engine's state is encoded once for
 * all of them. The descriptor goes first, so that S ≤ B ≤ A always; what a killed run left above S
 * is made up for at the next start, from the blocks put ahead and the kept answers (decision 006).
 */
final class StoreStateStep {
  private static final long QUEUE_BYTES = 16L << 20;

  /** Blocks written at once at most: what a kill leaves to be made up for stays short. */
  private static final int MOST = 256;

  /** How long the first of them waits for others. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ByteQueue<AppliedBlock> queue =
      new ByteQueue<>(QUEUE_BYTES, StoreStateStep::weight);
  private final NodeStores stores;
  private final SyncProgress progress;
  private final FailPoints failPoints;
  private final long largeAnswerBytes;
  private BlockDescriptor descriptor;
  private long waiting;
  private volatile boolean awaited;
  private @Nullable RuntimeException failure;

  /**
   * @param largeAnswerBytes from which size on an answer is written alone
   */
  StoreStateStep(final RunContext run, final long largeAnswerBytes) {
    this.largeAnswerBytes = largeAnswerBytes;
    this.stores = run.stores();
    this.progress = run.progress();
    this.failPoints = run.failPoints();
    this.descriptor = stores.blocks().loadDescriptor();
  }

  /** Takes a committed block; waits only while the writing is far behind. */
  void submit(final AppliedBlock block) throws InterruptedException {
    synchronized (this) {
      waiting++;
    }
    queue.put(block);
  }

  void run() throws FailureException, InterruptedException {
    try {
      for (int written = writeNext(); written > 0; written = writeNext()) {
        synchronized (this) {
          waiting -= written;
          notifyAll();
        }
      }
    } catch (final RuntimeException e) {
      abort(e);
      throw e;
    }
  }

  /**
   * Says how many blocks were written, none at the end. A method of its own, so that nothing holds
   * their answers while the next ones are waited for.
   */
  private int writeNext() throws FailureException, InterruptedException {
    final AppliedBlock next = queue.take();
    if (next == null) {
      return 0;
    }
    final List<AppliedBlock> together = new ArrayList<>();
    together.add(next);
    gather(together);
    write(together);
    return together.size();
  }

  /** Waits a little for company: the large record costs as much for one block as for many. */
  private void gather(final List<AppliedBlock> together) throws InterruptedException {
    final long until = System.nanoTime() + GATHER_NANOS;
    while (together.size() < MOST && !awaited) {
      final AppliedBlock next = queue.take(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        return;
      }
      together.add(next);
    }
  }

  private void write(final List<AppliedBlock> together) {
    final BlockDescriptor before = descriptor;
    for (final AppliedBlock block : together) {
      final long height = block.after().lastBlockHeight();
      if (descriptor.height() < height) {
        descriptor = descriptor.extendedTo(height);
      }
    }
    if (!descriptor.equals(before)) {
      NodeStores.write(stores.blockDb(), batch -> stores.blocks().putDescriptor(batch, descriptor));
      failPoints.reached(FailPoint.DESCRIPTOR_PUT);
    }
    together.stream().filter(this::isLarge).forEach(this::putLargeAnswer);
    NodeStores.write(
        stores.stateDb(),
        batch -> {
          together.stream()
              .filter(block -> !isLarge(block))
              .forEach(block -> stores.states().putAnswer(batch, block));
          stores.states().putApplied(batch, together);
        });
    failPoints.reached(FailPoint.STATES_PUT);
    progress.stored(together.get(together.size() - 1).after().lastBlockHeight());
  }

  private boolean isLarge(final AppliedBlock block) {
    return block.answer().size() >= largeAnswerBytes && !stores.states().discardsResults();
  }

  /**
   * Into a table of its own, which is never merged with others again: LevelDB would do that with
   * every fourth table that has the state in it, and hold all four answers in memory as a whole.
   */
  private void putLargeAnswer(final AppliedBlock block) {
    stores.stateDb().flush();
    NodeStores.write(stores.stateDb(), batch -> stores.states().putAnswer(batch, block));
    stores.stateDb().flush();
    failPoints.reached(FailPoint.LARGE_ANSWER_PUT);
  }

  /** Waits until everything submitted is written; throws what kept it from being written. */
  synchronized void awaitIdle() throws InterruptedException {
    awaited = true;
    while (waiting > 0 && failure == null) {
      wait();
    }
    awaited = false;
    final RuntimeException cause = failure;
    if (cause != null) {
      throw cause;
    }
  }

  /** By the execution thread after {@link #awaitIdle}, before it submits another block. */
  BlockStore.Pruned pruneBelow(final long height, final Predicate<Header> mayBeAccused) {
    final BlockStore.Pruned pruned = stores.blocks().pruneBelow(height, mayBeAccused);
    descriptor = pruned.descriptor();
    return pruned;
  }

  /** No more blocks will come: {@link #run} returns when all are written. */
  void finish() {
    queue.finish();
  }

  /** Who waits for this step must not wait for ever: the failure ends the run. */
  private void abort(final RuntimeException cause) {
    queue.abort();
    synchronized (this) {
      failure = cause;
      notifyAll();
    }
  }

  private static long weight(final AppliedBlock block) {
    // a state shares its validators with the states around it
    return 4096L + block.answer().size();
  }
}
