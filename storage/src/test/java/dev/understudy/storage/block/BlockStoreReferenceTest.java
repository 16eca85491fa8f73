package dev.understudy.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.block.BlockStoreSchema.PartKey;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.Singleton;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.PartSet;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the block stores that CometBFT 0.38.25 wrote. */
class BlockStoreReferenceTest {

  @ParameterizedTest
  @EnumSource(names = {"KV_STOP3", "KV5_STOP"})
  void writesEveryRecordThatItReadAgainByteForByte(final NodeHome home) {
    final KvStore node = home.open("blockstore");
    final BlockDescriptor range = new BlockStore(node).loadDescriptor();
    final MemoryStore copy = new MemoryStore();
    final Batch batch = new Batch();
    BlockStoreSchema.DESCRIPTOR.put(batch, Singleton.ONLY, range);
    BlockStoreSchema.COMMIT.put(
        batch,
        range.base() - 1,
        BlockStoreSchema.COMMIT.load(node, range.base() - 1).orElseThrow());
    for (long height = range.base(); height <= range.height(); height++) {
      final BlockCodec.Meta meta = BlockStoreSchema.META.load(node, height).orElseThrow();
      BlockStoreSchema.META.put(batch, height, meta);
      BlockStoreSchema.HEIGHT_BY_HASH.put(
          batch,
          meta.blockId().hash(),
          BlockStoreSchema.HEIGHT_BY_HASH.load(node, meta.blockId().hash()).orElseThrow());
      for (int index = 0; index < meta.blockId().parts().total(); index++) {
        final PartKey key = new PartKey(height, index);
        BlockStoreSchema.PART.put(batch, key, BlockStoreSchema.PART.load(node, key).orElseThrow());
      }
      BlockStoreSchema.SEEN_COMMIT.put(
          batch, height, BlockStoreSchema.SEEN_COMMIT.load(node, height).orElseThrow());
      if (height < range.height()) {
        BlockStoreSchema.COMMIT.put(
            batch, height, BlockStoreSchema.COMMIT.load(node, height).orElseThrow());
      }
    }
    copy.write(batch, false);

    assertThat(NodeHome.contents(copy)).isEqualTo(NodeHome.contents(node));
  }

  @ParameterizedTest
  @EnumSource(names = {"KV_STOP3", "KV5_STOP"})
  void savesBlocksToTheSameKeysAndValuesAsTheNode(final NodeHome home) {
    final KvStore node = home.open("blockstore");
    final BlockStore from = new BlockStore(node);
    final KvStore ours = new MemoryStore();
    final BlockStore to = new BlockStore(ours);
    BlockDescriptor range = BlockDescriptor.EMPTY;
    for (long height = from.loadDescriptor().base();
        height <= from.loadDescriptor().height();
        height++) {
      final Block block = from.loadBlock(height).orElseThrow();
      final PartSet parts = PartSets.of(BlockCodec.encode(block));
      final BlockId id = new BlockId(Hashes.headerHash(block.header()), parts.header());
      final Batch ahead = new Batch();
      to.putParts(ahead, height, parts);
      to.putBlock(ahead, block, parts, id, from.loadSeenCommit(height).orElseThrow());
      ours.write(ahead, false);
      range = range.extendedTo(height);
      final Batch counted = new Batch();
      to.putDescriptor(counted, range);
      ours.write(counted, true);
    }

    assertThat(NodeHome.contents(ours)).isEqualTo(NodeHome.contents(node));
  }

  @ParameterizedTest
  @EnumSource(names = {"KV_STOP3", "KV5_STOP"})
  void findsEveryBlockWholeAndByItsHash(final NodeHome home) {
    final BlockStore blocks = new BlockStore(home.open("blockstore"));
    final BlockDescriptor range = blocks.loadDescriptor();
    for (long height = range.base(); height <= range.height(); height++) {
      assertThat(blocks.loadSeenCommit(height)).isPresent();
      assertThat(blocks.loadHeight(blocks.loadMeta(height).orElseThrow().blockId().hash()))
          .hasValue(height);
      assertThat(blocks.loadBlock(height).orElseThrow().height()).isEqualTo(height);
      assertThat((long) blocks.loadBlockBytes(height).orElseThrow().length)
          .isEqualTo(blocks.loadMeta(height).orElseThrow().blockSize());
    }
    assertThat(blocks.loadMeta(range.base() - 1)).isEmpty();
    assertThat(blocks.loadMeta(range.height() + 1)).isEmpty();
  }
}
