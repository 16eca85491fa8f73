package dev.understudy.shim.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.Bytes;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.Hash;
import org.junit.jupiter.api.Test;

class AnswerChecksTest {
  private static final Bytes APP_HASH = Bytes.fromHex("0a");
  private static final Hash RESULTS = Hash.sha256(new byte[] {1});

  @Test
  void fittingAnswerPasses() {
    assertThatCode(
            () ->
                AnswerChecks.requireEqual(
                    5, APP_HASH, RESULTS, new AnswerChecks.Expected(APP_HASH, RESULTS, true)))
        .doesNotThrowAnyException();
  }

  @Test
  void otherAppHashNamesHeightAndBothHashes() {
    assertThatThrownBy(
            () ->
                AnswerChecks.requireEqual(
                    5,
                    Bytes.fromHex("0b"),
                    RESULTS,
                    new AnswerChecks.Expected(APP_HASH, RESULTS, true)))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.APP))
        .hasMessageContaining("app hash for block 5: 0B, but header 6 says 0A");
  }

  @Test
  void otherResultsHashSaysWhenTheHeaderIsNotProven() {
    assertThatThrownBy(
            () ->
                AnswerChecks.requireEqual(
                    5,
                    APP_HASH,
                    TestChain.otherHash(),
                    new AnswerChecks.Expected(APP_HASH, RESULTS, false)))
        .hasMessageContaining("results hash for block 5")
        .hasMessageContaining("header 6 (not yet proven)");
  }

  @Test
  void eachTransactionNeedsAResult() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).withTxs(2, "a").grow(2);
    assertThatCode(() -> AnswerChecks.requireComplete(chain.block(2), chain.results(2)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> AnswerChecks.requireComplete(chain.block(2), chain.results(1)))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("0 tx results for 1 txs");
  }
}
