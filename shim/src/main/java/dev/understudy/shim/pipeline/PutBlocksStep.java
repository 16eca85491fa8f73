package dev.understudy.shim.pipeline;

import dev.understudy.shim.verify.PreparedBlock;
import dev.understudy.shim.verify.ProvenBlock;
import dev.understudy.storage.disk.FailPoint;
import dev.understudy.storage.disk.FailPoints;
import dev.understudy.storage.home.FreeSpaceGuard;
import dev.understudy.storage.kv.Batch;
import dev.understudy.types.FailureException;
import dev.understudy.types.Part;
import dev.understudy.types.PartSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts proven blocks into the block store ahead of their execution. They stay invisible until the
 * descriptor reaches them; what lies above it at the end is deleted by the seal.
 */
final class PutBlocksStep {
  /** 4 MiB: a database holds a batch in memory several times over. */
  private static final int BATCH_PARTS = 64;

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
    boolean more = true;
    while (more) {
      more = putNext();
    }
  }

  /** A method of its own, so that nothing holds the block while the next one is waited for. */
  private boolean putNext() throws FailureException, InterruptedException {
    final ProvenBlock block = next();
    if (block == null) {
      ready.finish();
      return false;
    }
    space.requireRoomFor(4 * block.prepared().parts().byteSize());
    put(block);
    failPoints.reached(FailPoint.BLOCK_PUT_AHEAD);
    return ready.put(block);
  }

  /** The meta, by which a block is found, goes with the last of its parts. */
  private void put(final ProvenBlock block) throws FailureException {
    final PreparedBlock prepared = block.prepared();
    final PartSet set = prepared.allParts();
    final List<Part> parts = set.parts();
    int from = 0;
    for (; parts.size() - from > BATCH_PARTS; from += BATCH_PARTS) {
      final List<Part> some = parts.subList(from, from + BATCH_PARTS);
      NodeStores.write(stores.blockDb(), batch -> putParts(batch, prepared, set, some));
    }
    final List<Part> last = parts.subList(from, parts.size());
    NodeStores.write(
        stores.blockDb(),
        batch -> {
          putParts(batch, prepared, set, last);
          stores
              .blocks()
              .putBlock(
                  batch,
                  prepared.block(),
                  set,
                  prepared.id(),
                  prepared.lastCommit(),
                  block.seenCommit());
        });
  }

  private void putParts(
      final Batch batch, final PreparedBlock prepared, final PartSet set, final List<Part> some) {
    stores
        .blocks()
        .putParts(batch, prepared.height(), new PartSet(set.header(), some, set.byteSize()));
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
