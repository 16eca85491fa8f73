package dev.understudy.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.DamagedRecordException;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.State;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.validators.ProposerRotation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StateStoreTest {
  private static final State RECORDED =
      new StateStore(NodeHome.KV_STOP3.open("state"), EngineLine.COMETBFT_0_38)
          .loadState()
          .orElseThrow();

  private final KvStore store = new MemoryStore();
  private final StateStore states = new StateStore(store, EngineLine.COMETBFT_0_38);

  @Test
  void startsEmpty() {
    assertThat(states.loadState()).isEmpty();
    assertThat(states.loadValidators(1)).isEmpty();
    assertThat(states.loadConsensusParams(1)).isEmpty();
    assertThat(states.loadOfflineStateSyncHeight()).isEmpty();
    assertThat(states.loadGenesisDoc()).isEmpty();
  }

  @Test
  void keepsTheWholeSetAtEveryHundredThousandthHeight() {
    save(stateAt(99_998, 7, 7));

    assertThat(states.loadValidators(100_000)).contains(RECORDED.nextValidators());
  }

  @Test
  void loadsSetsBetweenFromTheLastCheckpoint() {
    save(stateAt(99_998, 7, 7));
    save(stateAt(100_003, 7, 7));

    assertThat(states.loadValidators(100_005))
        .contains(ProposerRotation.increment(RECORDED.nextValidators(), 5));
  }

  @Test
  void loadsSetsFromTheLastChangeWhereThatIsLater() {
    save(stateAt(100_008, 100_010, 7));
    save(stateAt(100_015, 100_010, 7));

    assertThat(states.loadValidators(100_017))
        .contains(ProposerRotation.increment(RECORDED.nextValidators(), 7));
  }

  @Test
  void refusesAPointerThatLeadsNowhere() {
    save(stateAt(50, 20, 20));

    assertThatThrownBy(() -> states.loadValidators(52))
        .isInstanceOf(DamagedRecordException.class)
        .hasMessageContaining("validators of 52 to 20");
    assertThatThrownBy(() -> states.loadConsensusParams(51))
        .isInstanceOf(DamagedRecordException.class)
        .hasMessageContaining("consensus params of 51 to 20");
  }

  @Test
  void refusesAChangeThatLiesAhead() {
    assertThatThrownBy(() -> states.putState(new Batch(), stateAt(50, 53, 20)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bootstrapsWithThreeWholeSets() {
    final Batch batch = new Batch();
    states.putBootstrap(batch, stateAt(50, 52, 51));
    store.write(batch, true);

    assertThat(states.loadValidators(50)).contains(RECORDED.lastValidators());
    assertThat(states.loadValidators(51)).contains(RECORDED.validators());
    assertThat(states.loadValidators(52)).contains(RECORDED.nextValidators());
    assertThat(states.loadConsensusParams(51)).contains(RECORDED.consensusParams());
    assertThat(NodeHome.contents(store))
        .containsOnlyKeys(
            "stateKey",
            "validatorsKey:50",
            "validatorsKey:51",
            "validatorsKey:52",
            "consensusParamsKey:51");
  }

  @ParameterizedTest
  @CsvSource({
    "TENDERMINT_0_34, 0a0a0a00120212001a0022001007",
    "COMETBFT_0_37, 0a001007",
    "COMETBFT_0_38, 0a001007",
    "COMETBFT_1_0, 0a001007",
  })
  void pointsToParamsAsTheLineDoes(final EngineLine line, final String hex) {
    final StateStore ofLine = new StateStore(store, line);
    final Batch batch = new Batch();
    ofLine.putState(batch, stateAt(8, 10, 7));
    store.write(batch, false);

    assertThat(NodeHome.contents(store)).containsEntry("consensusParamsKey:9", hex);
    assertThatThrownBy(() -> ofLine.loadConsensusParams(9))
        .isInstanceOf(DamagedRecordException.class);
  }

  @Test
  void keepsAnswersVerbatimEvenIfTheirFieldsAreOutOfOrder() {
    final Bytes odd = Bytes.fromHex("2A0161" + "0A00" + "F80701");
    final Batch batch = new Batch();
    states.putResults(batch, 9, odd);
    store.write(batch, false);

    assertThat(states.loadResults(9)).contains(odd);
    assertThat(states.loadLastResults(9)).contains(odd);
    assertThat(NodeHome.contents(store))
        .containsEntry("lastABCIResponseKey", "1009" + "1a08" + "2a01610a00f80701");
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_37"})
  void keepsTheLastAnswersInTheirFieldBefore038(final EngineLine line) {
    final Bytes answers = Bytes.fromHex("12001A00");
    final StateStore ofLine = new StateStore(store, line);
    final Batch batch = new Batch();
    ofLine.putResults(batch, 9, answers);
    store.write(batch, false);

    assertThat(ofLine.loadLastResults(9)).contains(answers);
    // ABCIResponsesInfo{abci_responses=1, height=2}
    assertThat(NodeHome.contents(store))
        .containsEntry("abciResponsesKey:9", "12001a00")
        .containsEntry("lastABCIResponseKey", "0a0412001a00" + "1009");
  }

  @Test
  void readsAnAnswerOfAnOlderEngineAsNone() {
    store.write(
        new Batch()
            .put(
                "lastABCIResponseKey".getBytes(StandardCharsets.US_ASCII),
                new byte[] {0x0a, 0x00, 0x10, 0x09}),
        false);

    assertThat(states.loadLastResults(9)).isEmpty();
  }

  @Test
  void keepsNoLastAnswerOnLinesThatHaveNone() {
    final Batch batch = new Batch();
    new StateStore(store, EngineLine.COMETBFT_1_0).putResults(batch, 9, Bytes.fromHex("2A0161"));
    store.write(batch, false);

    assertThat(NodeHome.contents(store)).containsOnlyKeys("abciResponsesKey:9");
    assertThat(new StateStore(store, EngineLine.COMETBFT_1_0).loadLastResults(9)).isPresent();
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_37", "COMETBFT_0_38", "COMETBFT_1_0"})
  void keepsOnlyTheLastAnswersWhereTheyAreDiscarded(final EngineLine line) {
    final StateStore discarding = new StateStore(store, line, true);
    for (final long first : new long[] {9, 11}) {
      final Batch batch = new Batch();
      discarding.putApplied(batch, List.of(applied(first, "2A0161"), applied(first + 1, "2A0162")));
      store.write(batch, false);
    }
    final Batch batch = new Batch();
    discarding.putResults(batch, 13, Bytes.fromHex("2A0163"));
    store.write(batch, false);

    // CometBFT 1.0 has no other record than the height's own
    assertThat(NodeHome.contents(store).keySet())
        .filteredOn(key -> key.toLowerCase(Locale.ROOT).contains("abciresponse"))
        .containsExactly(
            line == EngineLine.COMETBFT_1_0 ? "abciResponsesKey:13" : "lastABCIResponseKey");
    assertThat(discarding.loadLastResults(13)).contains(Bytes.fromHex("2A0163"));
    assertThat(discarding.loadLastResults(12)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_37", "COMETBFT_0_38"})
  void bringsTheLastAnswerUpToTheStateBeforeTheSeal(final EngineLine line) {
    final StateStore ofLine = new StateStore(store, line);
    putApplied(ofLine, applied(9, "2A0161"));
    assertThat(NodeHome.contents(store)).doesNotContainKey("lastABCIResponseKey");
    putLastAnswer(ofLine, 9);
    assertThat(ofLine.loadLastResults(9)).contains(Bytes.fromHex("2A0161"));

    // executed a second time, with another log
    putApplied(ofLine, applied(9, "2A0162"));
    putLastAnswer(ofLine, 9);
    assertThat(ofLine.loadLastResults(9)).contains(Bytes.fromHex("2A0162"));

    final Batch behindTheState = new Batch();
    ofLine.putResults(behindTheState, 10, Bytes.fromHex("2A0163"));
    store.write(behindTheState, false);
    putLastAnswer(ofLine, 9);
    assertThat(ofLine.loadLastResults(10)).contains(Bytes.fromHex("2A0163"));
  }

  @Test
  void leavesTheLastAnswerWhereNoneIsKeptForTheState() {
    putApplied(states, applied(9, "2A0161"));
    putLastAnswer(states, 9);

    // from a snapshot
    putLastAnswer(states, 20);

    assertThat(states.loadLastResults(9)).isPresent();
  }

  @Test
  void putsNoLastAnswerOnLinesThatHaveNone() {
    final StateStore ofLine = new StateStore(store, EngineLine.COMETBFT_1_0);
    putApplied(ofLine, applied(9, "2A0161"));
    putLastAnswer(ofLine, 9);

    assertThat(NodeHome.contents(store)).doesNotContainKey("lastABCIResponseKey");
  }

  private void putApplied(final StateStore into, final AppliedBlock block) {
    final Batch batch = new Batch();
    into.putAnswer(batch, block);
    into.putApplied(batch, List.of(block));
    store.write(batch, false);
  }

  private void putLastAnswer(final StateStore into, final long height) {
    final Batch batch = new Batch();
    into.putLastAnswer(batch, stateAt(height, 7, 7));
    store.write(batch, false);
  }

  private static AppliedBlock applied(final long height, final String answer) {
    return new AppliedBlock(stateAt(height, 7, 7), Bytes.fromHex(answer));
  }

  @Test
  void forgetsHeightsButWhatLaterOnesPointTo() {
    for (long height = 10; height <= 60; height++) {
      final Batch batch = new Batch();
      states.putState(batch, stateAt(height, height < 18 ? 11 : 20, height < 24 ? 11 : 25));
      states.putResults(batch, height, Bytes.fromHex("2A0161"));
      store.write(batch, false);
    }

    states.prune(10, 50, 50);

    assertThat(NodeHome.contents(store).keySet())
        .contains("validatorsKey:20", "validatorsKey:50", "consensusParamsKey:25")
        .contains("abciResponsesKey:50")
        .doesNotContain("validatorsKey:21", "validatorsKey:49", "abciResponsesKey:49")
        .doesNotContain("consensusParamsKey:24", "consensusParamsKey:49");
    assertThat(states.loadValidators(50)).isPresent();
    assertThat(states.loadValidators(62)).isPresent();
    assertThat(states.loadConsensusParams(61)).contains(RECORDED.consensusParams());
  }

  @Test
  void keepsValidatorsAboutWhomEvidenceMayBeShown() {
    for (long height = 10; height <= 60; height++) {
      save(stateAt(height, height < 36 ? 12 : 38, 11));
    }

    states.prune(10, 50, 40);

    assertThat(states.loadValidators(37)).isEmpty();
    assertThat(states.loadValidators(40)).isPresent();
    assertThat(states.loadConsensusParams(40)).isEmpty();
  }

  private void save(final State state) {
    final Batch batch = new Batch();
    states.putState(batch, state);
    store.write(batch, false);
  }

  private static State stateAt(
      final long height, final long validatorsChanged, final long paramsChanged) {
    return new State(
        RECORDED.version(),
        RECORDED.software(),
        RECORDED.chainId(),
        RECORDED.initialHeight(),
        height,
        RECORDED.lastBlockId(),
        RECORDED.lastBlockTime(),
        RECORDED.nextValidators(),
        RECORDED.validators(),
        RECORDED.lastValidators(),
        validatorsChanged,
        RECORDED.consensusParams(),
        paramsChanged,
        RECORDED.lastResultsHash(),
        RECORDED.appHash());
  }
}
