package dev.understudy.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.types.Hash;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockKeysTest {
  private static final BlockKeys V2 = BlockKeys.of(KeyLayout.V2);

  private static String hex(final byte[] key) {
    return HexFormat.of().formatHex(key);
  }

  @Test
  void orderedKeysAreThoseOfTheNode() {
    // 300 is c12c, 5 is 85: orderedcode v0.0.1
    assertThat(hex(V2.at(BlockKeys.Kind.META, 300))).isEqualTo("80c12c");
    assertThat(hex(V2.part(300, 5))).isEqualTo("81c12c85");
    assertThat(hex(V2.at(BlockKeys.Kind.COMMIT, 0))).isEqualTo("8280");
    assertThat(hex(V2.at(BlockKeys.Kind.SEEN_COMMIT, 5))).isEqualTo("8385");
    assertThat(hex(V2.at(BlockKeys.Kind.EXTENDED_COMMIT, 5))).isEqualTo("8485");
    assertThat(hex(V2.byHash(Hash.wrap(HexFormat.of().parseHex("00ff" + "61".repeat(30))))))
        .isEqualTo("85" + "00ffff00" + "61".repeat(30) + "0001");
  }

  @ParameterizedTest
  @EnumSource(KeyLayout.class)
  void heightOfABlockIsReadFromItsKeys(final KeyLayout layout) {
    final BlockKeys keys = BlockKeys.of(layout);
    for (final long height : new long[] {1, 63, 64, 300, 8191, 8192, 100_000, 1L << 40}) {
      assertThat(keys.writtenWith(keys.at(BlockKeys.Kind.META, height), BlockKeysTest::none))
          .hasValue(height);
      assertThat(keys.writtenWith(keys.part(height, 7), BlockKeysTest::none)).hasValue(height);
      assertThat(keys.writtenWith(keys.at(BlockKeys.Kind.COMMIT, height), BlockKeysTest::none))
          .hasValue(height + 1);
      assertThat(
              keys.writtenWith(
                  keys.byHash(Hash.sha256(new byte[0])),
                  () -> Long.toString(height).getBytes(StandardCharsets.US_ASCII)))
          .hasValue(height);
    }
    for (final String literal : new String[] {"blockStore", "version"}) {
      assertThat(keys.writtenWith(literal.getBytes(StandardCharsets.US_ASCII), BlockKeysTest::none))
          .isEmpty();
    }
  }

  private static byte[] none() {
    throw new AssertionError("the key has the height");
  }

  @ParameterizedTest
  @EnumSource(KeyLayout.class)
  void blocksAheadAreDeletedInBothLayouts(final KeyLayout layout) {
    final BlockStore recorded = new BlockStore(NodeHome.KV_STOP3.open("blockstore"));
    final KvStore store = new MemoryStore();
    KeyLayout.mark(store, layout);
    final BlockStoreSchema schema = new BlockStoreSchema(layout);
    final Batch batch = new Batch();
    for (long height = 1; height <= 3; height++) {
      final var meta = recorded.loadMeta(height).orElseThrow();
      schema.meta.put(batch, height, meta);
      schema.heightByHash.put(batch, meta.blockId().hash(), height);
      schema.part.put(
          batch,
          new BlockStoreSchema.PartKey(height, 0),
          recorded.loadPart(height, 0).orElseThrow());
      schema.commit.put(batch, height - 1, recorded.loadCommit(height - 1).orElseThrow());
      schema.seenCommit.put(batch, height, recorded.loadSeenCommit(height).orElseThrow());
    }
    store.write(batch, false);
    final BlockStore blocks = new BlockStore(store);
    assertThat(blocks.loadBlock(3)).isPresent();

    assertThat(blocks.deleteAhead(2, 3)).isEqualTo(5);
    assertThat(blocks.loadBlock(2)).isPresent();
    assertThat(blocks.loadPart(3, 0)).isEmpty();
    assertThat(blocks.deleteAbove(1)).isEqualTo(5);
    assertThat(blocks.loadBlock(1)).isPresent();
    assertThat(blocks.loadPart(2, 0)).isEmpty();
    assertThat(KeyLayout.of(store)).isEqualTo(layout);
  }
}
