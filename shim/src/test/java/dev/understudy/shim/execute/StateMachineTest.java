package dev.understudy.shim.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.testchain.HeaderEdit;
import dev.understudy.shim.testchain.Signer;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.types.AppInfo;
import dev.understudy.types.BlockId;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.FailureException;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.InitChainResults;
import dev.understudy.types.State;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.ValidatorUpdate;
import dev.understudy.types.merkle.MerkleTree;
import dev.understudy.types.wire.Hashes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateMachineTest {
  private static final AppInfo INFO = new AppInfo("", "", 7, 0, Bytes.EMPTY);
  private static final InitChainResults NOTHING =
      new InitChainResults(Optional.empty(), List.of(), Bytes.EMPTY);

  private final StateMachine machine = new StateMachine(TestChain.LINE);
  private final StateChecks checks = new StateChecks(TestChain.LINE);

  private static ConsensusParamsUpdate versionUpdate(final long version) {
    return new ConsensusParamsUpdate(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.of(version),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
  }

  /** As an app of SDK 0.50 repeats them with every block. */
  private static ConsensusParamsUpdate repeated(final ConsensusParams params) {
    return new ConsensusParamsUpdate(
        Optional.of(params.block()),
        Optional.of(params.evidence()),
        Optional.of(params.pubKeyTypes()),
        OptionalLong.of(params.appVersion()),
        OptionalLong.of(params.voteExtensionsEnableHeight()),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
  }

  private State start(final TestChain chain) throws Exception {
    return machine.afterInitChain(
        machine.genesis(chain.genesis()), new AppInfo("", "", 0, 0, Bytes.EMPTY), NOTHING);
  }

  /** Checks and applies the chain's own blocks. */
  private State run(final TestChain chain, final long to) throws Exception {
    State state = start(chain);
    for (long height = chain.initialHeight(); height <= to; height++) {
      checks.require(state, chain.block(height));
      state = machine.apply(state, chain.block(height), chain.id(height), chain.results(height));
    }
    return state;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1000})
  void genesisStateStandsBelowTheInitialHeight(final long initialHeight) throws Exception {
    final TestChain chain = TestChain.ofValidators(3, initialHeight);
    final State state = machine.genesis(chain.genesis());

    assertThat(state.lastBlockHeight()).isZero();
    assertThat(state.nextHeight()).isEqualTo(initialHeight);
    assertThat(state.lastHeightValidatorsChanged()).isEqualTo(initialHeight);
    assertThat(state.lastHeightConsensusParamsChanged()).isEqualTo(initialHeight);
    assertThat(state.lastBlockId()).isEqualTo(BlockId.ZERO);
    assertThat(state.lastBlockTime()).isEqualTo(TestChain.GENESIS_TIME);
    assertThat(state.lastValidators()).isEqualTo(ValidatorSet.EMPTY);
    assertThat(state.validators().size()).isEqualTo(3);
    assertThat(state.nextValidators().proposer()).isNotEqualTo(state.validators().proposer());
  }

  @Test
  void initChainIsSentTheGenesisValidatorsInSetOrder() throws Exception {
    final State state = machine.genesis(TestChain.ofValidators(5).genesis());
    assertThat(StateMachine.initialValidators(state))
        .isEqualTo(
            state.validators().validators().stream()
                .map(v -> new ValidatorUpdate(v.pubKey(), 10))
                .toList());
  }

  @Test
  void silentAppKeepsTheGenesisAndGivesItsVersion() throws Exception {
    final State genesis = machine.genesis(TestChain.ofValidators(2).genesis());
    final State state = machine.afterInitChain(genesis, INFO, NOTHING);

    assertThat(state.validators()).isEqualTo(genesis.validators());
    assertThat(state.nextValidators()).isEqualTo(genesis.nextValidators());
    assertThat(state.consensusParams()).isEqualTo(TestChain.PARAMS);
    assertThat(state.version().app()).isEqualTo(7);
    assertThat(state.lastResultsHash()).isEqualTo(MerkleTree.EMPTY_ROOT);
    assertThat(state.appHash()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void validatorsParamsAndHashOfInitChainReplaceThoseOfTheGenesis() throws Exception {
    final State genesis = machine.genesis(TestChain.ofValidators(2).genesis());
    final Bytes hash = Bytes.fromHex("0102");
    final State state =
        machine.afterInitChain(
            genesis,
            INFO,
            new InitChainResults(
                Optional.of(versionUpdate(9)), List.of(new Signer(7).withPower(3)), hash));

    assertThat(state.validators().validators())
        .singleElement()
        .satisfies(v -> assertThat(v.address()).isEqualTo(new Signer(7).address()));
    assertThat(state.nextValidators().size()).isEqualTo(1);
    assertThat(state.version().app()).isEqualTo(9);
    assertThat(state.consensusParams().appVersion()).isEqualTo(9);
    assertThat(state.appHash()).isEqualTo(hash);
    assertThat(state.lastHeightValidatorsChanged()).isEqualTo(1);
  }

  @Test
  void chainWithoutValidatorsIsRefused() throws Exception {
    final GenesisDoc made = TestChain.ofValidators(1).genesis();
    final GenesisDoc empty =
        new GenesisDoc(
            made.genesisTime(),
            made.chainId(),
            1,
            made.consensusParams(),
            List.of(),
            Bytes.EMPTY,
            Bytes.EMPTY);
    assertThatThrownBy(() -> machine.afterInitChain(machine.genesis(empty), INFO, NOTHING))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("no validators");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 50})
  void validatorUpdatesTakeEffectTwoHeightsLater(final long first) throws Exception {
    final TestChain chain =
        TestChain.ofValidators(3, first)
            .withUpdates(first + 2, new Signer(9).withPower(25), new Signer(0).withPower(0))
            .grow(first + 6);
    final State before = run(chain, first + 1);
    final State at = run(chain, first + 2);
    final State later = run(chain, first + 6);

    assertThat(before.lastHeightValidatorsChanged()).isEqualTo(first);
    assertThat(at.lastHeightValidatorsChanged()).isEqualTo(first + 4);
    assertThat(at.validators().byAddress(new Signer(9).address())).isEmpty();
    assertThat(at.nextValidators().byAddress(new Signer(9).address())).isPresent();
    assertThat(at.nextValidators().byAddress(new Signer(0).address())).isEmpty();
    assertThat(later.lastHeightValidatorsChanged()).isEqualTo(first + 4);
    assertThat(later.lastValidators()).isEqualTo(chain.set(first + 6));
    assertThat(later.validators().proposer()).isPresent();
  }

  @Test
  void stateFollowsTheBlock() throws Exception {
    final TestChain chain = TestChain.ofValidators(2).withTxs(2, "a", "b").grow(3);
    final State state = run(chain, 2);

    assertThat(state.lastBlockHeight()).isEqualTo(2);
    assertThat(state.lastBlockId()).isEqualTo(chain.id(2));
    assertThat(state.lastBlockTime()).isEqualTo(chain.block(2).header().time());
    assertThat(state.appHash()).isEqualTo(chain.results(2).appHash());
    assertThat(state.lastResultsHash())
        .isEqualTo(Hashes.resultsHash(chain.results(2).txResults()))
        .isEqualTo(chain.block(3).header().lastResultsHash());
    assertThat(state.lastValidators()).isEqualTo(chain.set(2));
  }

  @Test
  void absentParamsUpdateMovesNothing() throws Exception {
    final State state = run(TestChain.ofValidators(1).grow(4), 4);
    assertThat(state.lastHeightConsensusParamsChanged()).isEqualTo(1);
    assertThat(state.consensusParams()).isEqualTo(TestChain.PARAMS);
  }

  @Test
  void repeatedEqualParamsMoveTheirPointerEachTime() throws Exception {
    final TestChain chain =
        TestChain.ofValidators(1)
            .withParams(2, repeated(TestChain.PARAMS))
            .withParams(3, repeated(TestChain.PARAMS))
            .grow(5);
    assertThat(run(chain, 2).lastHeightConsensusParamsChanged()).isEqualTo(3);
    final State state = run(chain, 4);
    assertThat(state.lastHeightConsensusParamsChanged()).isEqualTo(4);
    assertThat(state.consensusParams()).isEqualTo(TestChain.PARAMS);
  }

  @Test
  void appVersionInParamsIsThatOfTheNextHeader() throws Exception {
    final TestChain chain = TestChain.ofValidators(1).withParams(2, versionUpdate(4)).grow(4);
    final State state = run(chain, 4);
    assertThat(state.version().app()).isEqualTo(4);
    assertThat(chain.block(2).header().version().app()).isZero();
    assertThat(chain.block(3).header().version().app()).isEqualTo(4);
  }

  @Test
  void removalOfAnUnknownValidatorIsRefused() throws Exception {
    final TestChain chain = TestChain.ofValidators(2).grow(1);
    final BlockResults results =
        new BlockResults(
            List.of(),
            List.of(),
            List.of(new Signer(8).withPower(0)),
            Optional.empty(),
            Bytes.EMPTY);
    final State state = start(chain);
    assertThatThrownBy(() -> machine.apply(state, chain.block(1), chain.id(1), results))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void headerOfTheNextBlockMustCarryTheStateOfTheLast() throws Exception {
    final TestChain chain = TestChain.ofValidators(2).grow(3);
    final State state = run(chain, 2);
    final var wrong =
        TestChain.withHeader(
            chain.block(3),
            HeaderEdit.of(chain.block(3).header()).appHash(Bytes.fromHex("00")).header());
    assertThatThrownBy(() -> checks.require(state, wrong)).hasMessageContaining("app hash");
  }
}
