package dev.understudy.types.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Address;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.Hash;
import dev.understudy.types.Header;
import dev.understudy.types.PartSet;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartSetsTest {
  private static Block block(final int... txBytes) {
    final SplittableRandom random = new SplittableRandom(7);
    final Hash hash = Hash.sha256(new byte[] {1});
    final Header header =
        new Header(
            new ConsensusVersion(11, 0),
            "c",
            1,
            Instant.EPOCH,
            BlockId.ZERO,
            hash,
            hash,
            hash,
            hash,
            hash,
            Bytes.EMPTY,
            hash,
            hash,
            Address.wrap(new byte[Address.SIZE]));
    final List<Bytes> txs =
        Arrays.stream(txBytes)
            .mapToObj(
                size -> {
                  final byte[] tx = new byte[size];
                  random.nextBytes(tx);
                  return Bytes.wrap(tx);
                })
            .toList();
    return new Block(header, txs, List.of(), Commit.EMPTY);
  }

  private static PartSet cut(final Block block) {
    return PartSets.of(block, EncodedCommit.of(block.lastCommit()));
  }

  private static int overhead() {
    return BlockCodec.encode(block(60_000)).length - 60_000;
  }

  /** Around the ends of the first part and of the third. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2 * PartSet.PART_SIZE - 1, 2 * PartSet.PART_SIZE})
  void blockCutWhileEncodedHasThePartsOfItsBytes(final int beyond) {
    final Block block = block(PartSet.PART_SIZE + beyond - overhead());
    final PartSet parts = cut(block);
    assertThat(parts).isEqualTo(PartSets.of(BlockCodec.encode(block)));
    assertThat(parts.byteSize()).isEqualTo(BlockCodec.encode(block).length);
  }

  @Test
  void transactionsAcrossPartsKeepTheirPlaces() {
    final Block block = block(10, 200_000, 1, 65_536, 130_000, 7);
    assertThat(cut(block)).isEqualTo(PartSets.of(BlockCodec.encode(block)));
  }
}
