package dev.understudy.shim.pipeline;

import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.shim.verify.ProvenBlock;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.types.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Puts proven blocks into the block store ahead of their execution. They stay invisible until the
 * descriptor reaches them; what lies above it at the end is deleted by the seal.
 */
final class PutBlocksStep {
  private final ByteQueue<ProvenBlock> proven;
  private final ByteQueue<ProvenBlock> ready;
  private final NodeStores stores;
  private final FreeSpaceGuard space;
  private final FailPoints failPoints;

  PutBlocksStep(
      final ByteQueue<ProvenBlock> proven,
      final ByteQueue<ProvenBlock> ready,
      final NodeStores stores,
      final FreeSpaceGuard space,
      final FailPoints failPoints) {
    this.proven = proven;
    this.ready = ready;
    this.stores = stores;
    this.space = space;
    this.failPoints = failPoints;
  }

  void run() throws FailureException, InterruptedException {
    for (ProvenBlock block = next(); block != null; block = next()) {
      final ProvenBlock current = block;
      space.requireRoomFor(4 * block.prepared().parts().byteSize());
      NodeStores.write(
          stores.blockDb(),
          batch -> {
            final PreparedBlock prepared = current.prepared();
            stores.blocks().putParts(batch, prepared.height(), prepared.parts());
            stores
                .blocks()
                .putBlock(
                    batch,
                    prepared.block(),
                    prepared.parts(),
                    prepared.id(),
                    prepared.lastCommit(),
                    current.seenCommit());
          });
      failPoints.reached(FailPoint.BLOCK_PUT_AHEAD);
      if (!ready.put(block)) {
        return;
      }
    }
    ready.finish();
  }

  /** What is wrong behind the blocks proven so far is told when those are executed. */
  private @Nullable ProvenBlock next() throws InterruptedException {
    try {
      return proven.take();
    } catch (final FailureException e) {
      ready.finish(e);
      return null;
    }
  }
}
