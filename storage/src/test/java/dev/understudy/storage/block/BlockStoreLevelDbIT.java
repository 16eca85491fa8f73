package dev.understudy.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.leveldb.LevelDbStore;
import dev.understudy.types.FailureException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The deletes write while they iterate; this is what a real database must bear. */
class BlockStoreLevelDbIT {
  private static final BlockStoreSchema SCHEMA = new BlockStoreSchema(KeyLayout.V1);

  /** More than the deletes put into one batch. */
  private static final long AHEAD = 700;

  private static void putBlocksAhead(final Path directory) throws FailureException {
    try (LevelDbStore store = LevelDbStore.open(directory);
        KvIterator records = recorded().iterate(new byte[] {0}, null)) {
      final Batch counted = new Batch();
      while (records.next()) {
        counted.put(records.key(), records.value());
      }
      store.write(counted, true);
      final BlockStore blocks = new BlockStore(store);
      final Batch ahead = new Batch();
      for (long height = 25; height < 25 + AHEAD; height++) {
        SCHEMA.meta.put(ahead, height, blocks.loadMeta(3).orElseThrow());
        SCHEMA.part.put(
            ahead, new BlockStoreSchema.PartKey(height, 0), blocks.loadPart(3, 0).orElseThrow());
        SCHEMA.seenCommit.put(ahead, height, blocks.loadSeenCommit(3).orElseThrow());
      }
      store.write(ahead, false);
    }
  }

  @Test
  void deletesAllAboveAndNothingElse(@TempDir final Path directory) throws FailureException {
    putBlocksAhead(directory);
    try (LevelDbStore store = LevelDbStore.open(directory)) {
      assertThat(new BlockStore(store).deleteAbove(24)).isEqualTo(3 * AHEAD);
      assertThat(NodeHome.contents(store)).isEqualTo(NodeHome.contents(recorded()));
    }
  }

  private static KvStore recorded() {
    return NodeHome.KV_STOP3.open("blockstore");
  }
}
