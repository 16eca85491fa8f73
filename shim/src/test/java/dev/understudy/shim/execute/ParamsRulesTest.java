package dev.understudy.shim.execute;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.line.EngineLine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParamsRulesTest {
  private static final long HEIGHT = 100;

  private static ConsensusParams params(
      final BlockParams block,
      final EvidenceParams evidence,
      final List<String> keys,
      final long extensions) {
    return new ConsensusParams(
        block, evidence, keys, 0, extensions, "", ConsensusParams.SynchronyParams.NONE, 0);
  }

  private static void check(
      final ConsensusParams before, final ConsensusParams after, final boolean good) {
    if (good) {
      assertThatCode(() -> ParamsRules.requireValid(before, after, HEIGHT, TestChain.LINE))
          .doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> ParamsRules.requireValid(before, after, HEIGHT, TestChain.LINE))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("block 100");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1,-1,true",
    "1,0,true",
    "104857600,5,true",
    "104857601,-1,false",
    "0,-1,false",
    "-2,-1,false",
    "1,-2,false"
  })
  void blockLimits(final long maxBytes, final long maxGas, final boolean good) {
    check(
        TestChain.PARAMS,
        params(
            new BlockParams(maxBytes, maxGas, 0),
            new EvidenceParams(1, Duration.ofNanos(1), 0),
            List.of("ed25519"),
            0),
        good);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,0,true",
    "0,1,0,false",
    "-1,1,0,false",
    "1,0,0,false",
    "1,-1,0,false",
    "1,1,-1,false",
    "1,1,1000,true",
    "1,1,1001,false"
  })
  void evidenceLimits(
      final long blocks, final long nanos, final long maxBytes, final boolean good) {
    check(
        TestChain.PARAMS,
        params(
            new BlockParams(1000, -1, 0),
            new EvidenceParams(blocks, Duration.ofNanos(nanos), maxBytes),
            List.of("ed25519"),
            0),
        good);
  }

  @ParameterizedTest
  @CsvSource({"ed25519,true", "secp256k1,true", "rsa,false", "'',false"})
  void keyTypes(final String type, final boolean good) {
    final List<String> types = type.isEmpty() ? List.of() : List.of("ed25519", type);
    check(
        TestChain.PARAMS,
        params(TestChain.PARAMS.block(), TestChain.PARAMS.evidence(), types, 0),
        good);
  }

  /** types/params.go: ValidateUpdate. */
  @ParameterizedTest
  @CsvSource({
    "0,0,true", "0,101,true", "0,100,false", "0,99,false", "0,-1,false", "50,50,true",
    "50,0,false", "50,200,false", "100,0,false", "100,200,false", "150,0,true", "150,101,true",
    "150,100,false"
  })
  void voteExtensionHeight(final long before, final long after, final boolean good) {
    check(
        params(TestChain.PARAMS.block(), TestChain.PARAMS.evidence(), List.of("ed25519"), before),
        params(TestChain.PARAMS.block(), TestChain.PARAMS.evidence(), List.of("ed25519"), after),
        good);
  }

  @ParameterizedTest
  @CsvSource({"TENDERMINT_0_34,false", "COMETBFT_0_37,false", "COMETBFT_0_38,true"})
  void unlimitedBlocksCameWith038(final EngineLine line, final boolean good) {
    final ConsensusParams after =
        params(new BlockParams(-1, -1, 0), TestChain.PARAMS.evidence(), List.of("ed25519"), 0);
    if (good) {
      assertThatCode(() -> ParamsRules.requireValid(TestChain.PARAMS, after, HEIGHT, line))
          .doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> ParamsRules.requireValid(TestChain.PARAMS, after, HEIGHT, line))
          .hasMessageContaining("block.max_bytes is -1");
    }
  }

  /** types/params.go: validateUpdateFeatureEnableHeight at v1.0.1. */
  @ParameterizedTest
  @CsvSource({
    "0,0,500,true",
    "0,101,500,true",
    "0,100,500,false",
    "50,50,500,true",
    "50,0,500,false",
    "150,0,0,true",
    "0,101,0,false",
    "0,101,30000,true",
    "0,101,30001,false"
  })
  void heightAndPrecisionOfPbts(
      final long before, final long after, final long precisionMillis, final boolean good) {
    check(pbts(before, 500), pbts(after, precisionMillis), good);
  }

  private static ConsensusParams pbts(final long height, final long precisionMillis) {
    return new ConsensusParams(
        TestChain.PARAMS.block(),
        TestChain.PARAMS.evidence(),
        List.of("ed25519"),
        0,
        0,
        "",
        new ConsensusParams.SynchronyParams(
            Duration.ofMillis(precisionMillis), Duration.ofSeconds(15)),
        height);
  }
}
