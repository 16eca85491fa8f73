package dev.understudy.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.PartSet;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.EncodedCommit;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.PartSets;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class BlockStoreTest {
  private static final BlockStore RECORDED = new BlockStore(NodeHome.KV_STOP3.open("blockstore"));

  private final KvStore store = new MemoryStore();
  private final BlockStore blocks = new BlockStore(store);

  @Test
  void startsEmpty() {
    assertThat(blocks.loadDescriptor()).isEqualTo(BlockDescriptor.EMPTY);
    assertThat(blocks.loadBlock(1)).isEmpty();
    assertThat(blocks.loadMeta(1)).isEmpty();
    assertThat(blocks.loadCommit(0)).isEmpty();
  }

  @Test
  void countsFromOneWhereTheDescriptorIsOlderThanItsBase() {
    store.write(new Batch().put(ascii("blockStore"), new byte[] {0x10, 0x07}), false);

    assertThat(blocks.loadDescriptor()).isEqualTo(new BlockDescriptor(1, 7));
  }

  @Test
  void takesAnyFirstBlockButThenOnlyTheNextOne() {
    final BlockDescriptor first = BlockDescriptor.EMPTY.extendedTo(100);

    assertThat(first).isEqualTo(new BlockDescriptor(100, 100));
    assertThat(first.extendedTo(101)).isEqualTo(new BlockDescriptor(100, 101));
    assertThatThrownBy(() -> first.extendedTo(102))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("block 102 does not follow block 100, the store's last one");
    assertThatThrownBy(() -> first.extendedTo(100)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void blocksPutAheadDoNotCountBeforeTheDescriptorSaysSo() {
    put(1);

    assertThat(blocks.loadDescriptor().isEmpty()).isTrue();
    assertThat(blocks.loadBlock(1)).isPresent();
  }

  @Test
  void aBlockWithAPartMissingReadsAsMissing() {
    put(twoPartHeight());

    delete("P:" + twoPartHeight() + ":1");

    assertThat(blocks.loadBlock(twoPartHeight())).isEmpty();
  }

  @Test
  void refusesASeenCommitOfAnotherHeight() {
    final Block block = RECORDED.loadBlock(3).orElseThrow();
    final PartSet parts = PartSets.of(BlockCodec.encode(block));
    final BlockId id = RECORDED.loadMeta(3).orElseThrow().blockId();

    assertThatThrownBy(
            () ->
                blocks.putBlock(
                    new Batch(), block, parts, id, EncodedCommit.of(block.lastCommit()), seen(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a commit for 4 can't be seen for block 3");
  }

  @Test
  void refusesPartsThatAreNotTheBlocks() {
    final Block block = RECORDED.loadBlock(3).orElseThrow();
    final PartSet others = PartSets.of(new byte[] {1});

    assertThatThrownBy(
            () ->
                blocks.putBlock(
                    new Batch(),
                    block,
                    others,
                    RECORDED.loadMeta(3).orElseThrow().blockId(),
                    EncodedCommit.of(block.lastCommit()),
                    seen(3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesTheRecordThatCannotBeRead() {
    store.write(new Batch().put(ascii("H:12"), new byte[] {(byte) 0xff}), false);

    assertThatThrownBy(() -> blocks.loadMeta(12))
        .isInstanceOf(DamagedRecordException.class)
        .hasMessageContaining("block meta of 12");
  }

  @Test
  void deletesAllThatWasWrittenWithBlocksAbove() {
    putUpTo(14);
    final SortedMap<String, String> sealed = NodeHome.contents(store);
    for (long height = 15; height <= 24; height++) {
      put(height);
    }

    assertThat(blocks.deleteAbove(14)).isEqualTo(10 * 5);

    assertThat(NodeHome.contents(store)).isEqualTo(sealed);
  }

  @Test
  void deletesLeftoversWithHoles() {
    putUpTo(14);
    final SortedMap<String, String> sealed = NodeHome.contents(store);
    for (long height = 15; height <= 24; height++) {
      put(height);
    }
    delete("H:16");
    delete("P:17:0");
    delete("SC:15");
    delete("C:20");
    store.write(new Batch().put(ascii("EC:19"), new byte[] {1}), false);

    blocks.deleteAbove(14);

    assertThat(NodeHome.contents(store)).isEqualTo(sealed);
  }

  @Test
  void deletesBlocksPutAheadWithoutReadingTheRest() {
    putUpTo(8);
    final SortedMap<String, String> sealed = NodeHome.contents(store);
    for (long height = 9; height <= 14; height++) {
      put(height);
    }
    delete("SC:9");

    blocks.deleteAhead(8, 20);

    assertThat(NodeHome.contents(store)).isEqualTo(sealed);
  }

  @Test
  void deletesMoreThanOneBatchHolds() {
    final Batch batch = new Batch();
    for (int height = 1; height <= 5000; height++) {
      batch.put(ascii("SC:" + height), new byte[] {1});
    }
    store.write(batch, false);

    assertThat(blocks.deleteAbove(1)).isEqualTo(4999);
    assertThat(NodeHome.contents(store)).isEqualTo(Map.of("SC:1", "01"));
  }

  @Test
  void leavesRecordsOfOthersAlone() {
    store.write(
        new Batch().put(ascii("TH:00"), new byte[] {1}).put(ascii("version"), ascii("v1")), false);

    blocks.deleteAbove(0);

    assertThat(NodeHome.contents(store)).containsOnlyKeys("TH:00", "version");
  }

  private void putUpTo(final long height) {
    BlockDescriptor range = BlockDescriptor.EMPTY;
    for (long next = 1; next <= height; next++) {
      put(next);
      range = range.extendedTo(next);
    }
    final Batch batch = new Batch();
    blocks.putDescriptor(batch, range);
    store.write(batch, false);
  }

  private void putCounted(final long last) {
    for (long height = 1; height <= last; height++) {
      put(height);
    }
    final Batch batch = new Batch();
    blocks.putDescriptor(batch, new BlockDescriptor(1, last));
    store.write(batch, false);
  }

  @Test
  void forgetsAllOfTheBlocksBelowAHeight() {
    putCounted(8);

    final BlockStore.Pruned pruned = blocks.pruneBelow(6, header -> false);

    assertThat(pruned)
        .isEqualTo(new BlockStore.Pruned(blocks.loadDescriptor(), /* accusableFrom= */ 6));
    assertThat(blocks.loadDescriptor()).isEqualTo(new BlockDescriptor(6, 8));
    assertThat(NodeHome.contents(store).keySet())
        .noneMatch(key -> key.matches("(H|SC|P):[1-5](:.*)?") || key.matches("C:[1-5]"))
        .contains("H:6", "SC:6", "C:6", "P:6:0", "H:8");
    assertThat(blocks.loadHeight(RECORDED.loadMeta(5).orElseThrow().blockId().hash())).isEmpty();
    assertThat(blocks.loadBlock(6)).isEqualTo(RECORDED.loadBlock(6));
  }

  @Test
  void keepsHeadersAndCommitsAboutWhichEvidenceMayBeShown() {
    putCounted(8);

    final BlockStore.Pruned pruned = blocks.pruneBelow(6, header -> header.height() >= 4);

    assertThat(pruned.accusableFrom()).isEqualTo(4);
    assertThat(blocks.loadMeta(3)).isEmpty();
    assertThat(blocks.loadMeta(4)).isPresent();
    assertThat(blocks.loadCommit(4)).isPresent();
    assertThat(blocks.loadPart(4, 0)).isEmpty();
    assertThat(blocks.loadSeenCommit(4)).isEmpty();
  }

  @Test
  void forgetsNothingBelowAHeightThatDoesNotCount() {
    putCounted(3);

    assertThat(blocks.pruneBelow(4, header -> false).descriptor())
        .isEqualTo(new BlockDescriptor(1, 3));
    assertThat(blocks.loadBlock(1)).isPresent();
  }

  private void put(final long height) {
    final Block block = RECORDED.loadBlock(height).orElseThrow();
    final PartSet parts = PartSets.of(BlockCodec.encode(block));
    final BlockId id = new BlockId(Hashes.headerHash(block.header()), parts.header());
    final Batch batch = new Batch();
    blocks.putParts(batch, height, parts);
    blocks.putBlock(batch, block, parts, id, EncodedCommit.of(block.lastCommit()), seen(height));
    store.write(batch, false);
  }

  private static EncodedCommit seen(final long height) {
    return EncodedCommit.of(RECORDED.loadSeenCommit(height).orElseThrow());
  }

  private static long twoPartHeight() {
    for (long height = 1; height <= 24; height++) {
      if (RECORDED.loadMeta(height).orElseThrow().blockId().parts().total() == 2) {
        return height;
      }
    }
    throw new AssertionError("the recording has lost its large block");
  }

  private void delete(final String key) {
    assertThat(store.get(ascii(key))).isNotNull();
    store.write(new Batch().delete(ascii(key)), false);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
