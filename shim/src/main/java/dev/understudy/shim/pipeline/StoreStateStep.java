package dev.understudy.shim.pipeline;

import dev.understudy.storage.block.BlockDescriptor;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.types.State;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes state and descriptor while the app executes. The order is the real node's handshake's: the
 * state after h−1 before the descriptor for h, so that always S ≤ B ≤ S+1; and the execution thread
 * waits for the descriptor before Commit, so that A ≤ B.
 */
final class StoreStateStep implements AutoCloseable {
  private final NodeStores stores;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(Stages.factory("store"));
  private final FailPoints failPoints;
  private BlockDescriptor descriptor;
  private long storedState;

  /** {@code storedState} is the height of the state in the database. */
  StoreStateStep(final NodeStores stores, final long storedState, final FailPoints failPoints) {
    this.stores = stores;
    this.failPoints = failPoints;
    this.descriptor = stores.blocks().loadDescriptor();
    this.storedState = storedState;
  }

  /** Begins to write {@code before}, the state after h−1, then the descriptor for h. */
  Future<?> begin(final State before, final long height) {
    return thread.submit(
        () -> {
          putState(before);
          if (descriptor.height() < height) {
            descriptor = descriptor.extendedTo(height);
            NodeStores.write(
                stores.blockDb(), batch -> stores.blocks().putDescriptor(batch, descriptor));
            failPoints.reached(FailPoint.DESCRIPTOR_PUT);
          }
        });
  }

  /** Writes the last state and waits until everything begun is written. */
  void finish(final State last) throws InterruptedException {
    await(thread.submit(() -> putState(last)));
  }

  private void putState(final State state) {
    if (state.lastBlockHeight() > storedState) {
      NodeStores.write(stores.stateDb(), batch -> stores.states().putState(batch, state));
      storedState = state.lastBlockHeight();
      failPoints.reached(FailPoint.STATE_PUT);
    }
  }

  static void await(final Future<?> written) throws InterruptedException {
    try {
      written.get();
    } catch (final ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
