package dev.understudy.tools.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainShapeTest {

  @ParameterizedTest
  @CsvSource({
    "1, 4, 1, 64, 0, 0",
    "2, 0, 1, 64, 0, 0",
    "2, 10001, 1, 64, 0, 0",
    "2, 4, -1, 64, 0, 0",
    "2, 4, 1, 15, 0, 0",
    "2, 4, 1, 64, -1, 0",
    "2, 4, 1, 64, 0, 101",
    "2, 4, 1, 104857600, 0, 0",
    "2, 4, 1000, 104857, 0, 0"
  })
  void refusesWhatNoChainCanBe(
      final long blocks,
      final int validators,
      final int txs,
      final int txBytes,
      final long every,
      final int absent) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChainShape(blocks, validators, txs, txBytes, every, absent));
  }

  @Test
  void blocksAreAsLargeAsCometbftsDefaultUnlessTheyMustBeLarger() {
    assertThat(new ChainShape(2, 100, 10, 64, 0, 0).maxBlockBytes()).isEqualTo(22_020_096);
    assertThat(new ChainShape(2, 1, 1, 30_000_000, 0, 0).maxBlockBytes())
        .isBetween(30_000_000L, 30_100_000L);
  }
}
