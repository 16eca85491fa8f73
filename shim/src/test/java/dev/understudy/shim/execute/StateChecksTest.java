package dev.understudy.shim.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.testchain.HeaderEdit;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.AppInfo;
import dev.understudy.types.Block;
import dev.understudy.types.BlockId;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusVersion;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.InitChainResults;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StateChecksTest {
  private final StateMachine machine = new StateMachine(TestChain.LINE);
  private final TestChain chain = TestChain.ofValidators(3).withTxs(1, "a").grow(3);
  private final State genesis =
      machine.afterInitChain(
          machine.genesis(chain.genesis()),
          new AppInfo("", "", 0, 0, Bytes.EMPTY),
          new InitChainResults(Optional.empty(), List.of(), Bytes.EMPTY));
  private final State first = machine.apply(genesis, chain.block(1), chain.id(1), chain.results(1));

  StateChecksTest() throws Exception {}

  private static Arguments broken(final String what, final UnaryOperator<HeaderEdit> change) {
    return Arguments.of(what, change);
  }

  static Stream<Arguments> brokenFields() {
    return Stream.of(
        broken("height", h -> h.height(3)),
        broken("chain id", h -> h.chainId("other-1")),
        broken("protocol version", h -> h.version(new ConsensusVersion(11, 1))),
        broken("protocol version", h -> h.version(new ConsensusVersion(10, 0))),
        broken("last block id", h -> h.lastBlockId(BlockId.ZERO)),
        broken("app hash", h -> h.appHash(Bytes.EMPTY)),
        broken("last results hash", h -> h.lastResultsHash(TestChain.otherHash())),
        broken("consensus hash", h -> h.consensusHash(TestChain.otherHash())),
        broken("next validators hash", h -> h.nextValidatorsHash(TestChain.otherHash())),
        broken("time", h -> h.time(TestChain.GENESIS_TIME)),
        broken("time", h -> h.time(TestChain.GENESIS_TIME.minusNanos(1))));
  }

  @ParameterizedTest
  @MethodSource("brokenFields")
  void namesTheFieldThatDoesNotFollow(final String what, final UnaryOperator<HeaderEdit> change) {
    final Block good = chain.block(2);
    final StateChecks checks = new StateChecks(TestChain.LINE);
    assertThatCode(() -> checks.require(first, good)).doesNotThrowAnyException();
    final Block bad =
        TestChain.withHeader(good, change.apply(HeaderEdit.of(good.header())).header());
    assertThatThrownBy(() -> checks.require(first, bad))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.VERIFICATION))
        .hasMessageContaining("its " + what + " ");
  }

  @Test
  void firstBlockHasTheGenesisTime() {
    final Block good = chain.block(1);
    final Block later =
        TestChain.withHeader(
            good, HeaderEdit.of(good.header()).time(TestChain.GENESIS_TIME.plusNanos(1)).header());
    assertThatCode(() -> new StateChecks(TestChain.LINE).require(genesis, good))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> new StateChecks(TestChain.LINE).require(genesis, later))
        .hasMessageContaining("genesis time");
  }

  @Test
  void firstBlockMayBeLaterWhereProposersCanMakeTheTime() {
    final Block good = chain.block(1);
    final StateChecks checks = new StateChecks(EngineLine.COMETBFT_1_0);
    assertThatCode(() -> checks.require(genesis, at(good, TestChain.GENESIS_TIME.plusSeconds(9))))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> checks.require(genesis, at(good, TestChain.GENESIS_TIME.minusNanos(1))))
        .hasMessageContaining("its time is");
  }

  @Test
  void timeIsTheMedianOfTheVotesUntilProposersMakeIt() {
    final Block good = chain.block(2);
    final Block other = at(good, good.header().time().plusMillis(1));
    final StateChecks checks = new StateChecks(EngineLine.COMETBFT_1_0);
    assertThatCode(() -> checks.require(first, good)).doesNotThrowAnyException();
    assertThatThrownBy(() -> checks.require(first, other)).hasMessageContaining("its time is");
    assertThatThrownBy(() -> checks.require(withPbtsFrom(3), other))
        .hasMessageContaining("its time is");
    assertThatCode(() -> checks.require(withPbtsFrom(2), other)).doesNotThrowAnyException();
  }

  private static Block at(final Block block, final Instant time) {
    return TestChain.withHeader(block, HeaderEdit.of(block.header()).time(time).header());
  }

  private State withPbtsFrom(final long height) {
    final ConsensusParams params = first.consensusParams();
    return new State(
        first.version(),
        first.software(),
        first.chainId(),
        first.initialHeight(),
        first.lastBlockHeight(),
        first.lastBlockId(),
        first.lastBlockTime(),
        first.nextValidators(),
        first.validators(),
        first.lastValidators(),
        first.lastHeightValidatorsChanged(),
        new ConsensusParams(
            params.block(),
            params.evidence(),
            params.pubKeyTypes(),
            params.appVersion(),
            params.voteExtensionsEnableHeight(),
            params.authority(),
            params.synchrony(),
            height),
        first.lastHeightConsensusParamsChanged(),
        first.lastResultsHash(),
        first.appHash());
  }
}
