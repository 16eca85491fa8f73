package dev.understudy.shim.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.testchain.HeaderEdit;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.Block;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PreparedBlockTest {
  private final TestChain chain = TestChain.ofValidators(2).withTxs(2, "a", "b").grow(2);

  PreparedBlockTest() throws Exception {}

  private static Arguments broken(final String what, final UnaryOperator<HeaderEdit> change) {
    return Arguments.of(what, change);
  }

  static Stream<Arguments> brokenHashes() {
    return Stream.of(
        broken("data hash", h -> h.dataHash(TestChain.otherHash())),
        broken("last commit hash", h -> h.lastCommitHash(TestChain.otherHash())),
        broken("evidence hash", h -> h.evidenceHash(TestChain.otherHash())));
  }

  @Test
  void computesTheIdThatTheNextBlockNames() throws Exception {
    final PreparedBlock prepared = PreparedBlock.of(chain.block(1));
    assertThat(prepared.id()).isEqualTo(chain.block(2).header().lastBlockId());
    assertThat(prepared.height()).isEqualTo(1);
    assertThat(prepared.weight()).isGreaterThan(prepared.parts().byteSize());
  }

  @Test
  void largeBlockLeavesItsPartsBehindAndCutsThemAnew() throws Exception {
    final TestChain large =
        TestChain.ofValidators(1).withTxs(1, "x".repeat(3 << 20), "y".repeat(3 << 20)).grow(2);
    final PreparedBlock prepared = PreparedBlock.of(large.block(1));
    assertThat(prepared.id()).isEqualTo(large.block(2).header().lastBlockId());
    assertThat(prepared.parts().parts()).isEmpty();
    assertThat(prepared.weight()).isBetween(6L << 20, 7L << 20);
    assertThat(prepared.allParts().parts()).hasSize(97);
    assertThat(prepared.allParts().header()).isEqualTo(prepared.id().parts());
  }

  @ParameterizedTest
  @MethodSource("brokenHashes")
  void refusesAHeaderThatDoesNotCoverItsContents(
      final String what, final UnaryOperator<HeaderEdit> change) {
    final Block good = chain.block(2);
    final Block bad =
        TestChain.withHeader(good, change.apply(HeaderEdit.of(good.header())).header());
    assertThatThrownBy(() -> PreparedBlock.of(bad))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION))
        .hasMessageContaining("block 2: its " + what);
  }

  @Test
  void refusesALostTransaction() {
    final Block good = chain.block(2);
    final Block bad =
        new Block(good.header(), List.of(good.txs().get(0)), good.evidence(), good.lastCommit());
    assertThatThrownBy(() -> PreparedBlock.of(bad)).hasMessageContaining("data hash");
  }
}
