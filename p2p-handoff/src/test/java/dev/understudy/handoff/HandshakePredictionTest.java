package dev.understudy.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.AppInfo;
import dev.understudy.types.Bytes;
import dev.understudy.types.line.EngineLine;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HandshakePredictionTest {
  private static final Bytes HASH = Bytes.fromHex("AA");

  /** The table of consensus/replay.go: ReplayBlocks, from a chain that begins at 1. */
  @ParameterizedTest
  @CsvSource({
    // app, state, base, blocks, outcome
    "0, 0, 0, 0, FROM_GENESIS",
    "9, 9, 1, 9, CLEAN",
    "0, 9, 1, 9, REPLAY_TO_APP",
    "4, 9, 1, 9, REPLAY_TO_APP",
    "4, 9, 5, 9, REPLAY_TO_APP",
    "4, 9, 6, 9, APP_TOO_LOW",
    "0, 9, 2, 9, APP_TOO_LOW",
    "10, 9, 1, 9, APP_TOO_HIGH",
    "9, 9, 1, 10, EXECUTE_LAST_BLOCK",
    "7, 9, 1, 10, REPLAY_AND_EXECUTE",
    "10, 9, 1, 10, TAKE_STORED_ANSWER",
    "8, 9, 1, 8, STORE_BEHIND_STATE",
    "9, 9, 1, 11, STORE_TOO_FAR_AHEAD",
    "9, 9, 0, 0, EMPTY_STORE",
    "9, 0, 0, 0, APP_TOO_HIGH",
  })
  void predictsTheNodesAnswer(
      final long app,
      final long state,
      final long base,
      final long blocks,
      final HandshakeOutcome outcome) {
    assertThat(predict(home(state, base, blocks, true, true), app, HASH).outcome())
        .isEqualTo(outcome);
  }

  @Test
  void anotherAppHashAtTheSameHeightEndsTheNode() {
    final HandshakePrediction prediction =
        predict(home(9, 1, 9, false, true), 9, Bytes.fromHex("BB"));
    assertThat(prediction.outcome()).isEqualTo(HandshakeOutcome.APP_HASH_DIFFERS);
    assertThat(prediction.words()).contains("BB", "AA", "app at 9");
  }

  @Test
  void anAppThatHasCommittedTheLastBlockNeedsItsAnswerOnRecord() {
    assertThat(predict(home(9, 1, 10, false, false), 10, HASH).outcome())
        .isEqualTo(HandshakeOutcome.ANSWER_MISSING);
  }

  @Test
  void anEmptyStoreNeedsTheOfflineHeight() {
    assertThat(predict(home(9, 0, 0, false, true), 9, HASH).outcome())
        .isEqualTo(HandshakeOutcome.EMPTY_STORE_REFUSED);
  }

  @Test
  void aLineWithoutOfflineHeightRefusesAnEmptyStore() {
    assertThat(
            HandshakePrediction.of(
                    home(9, 0, 0, true, true),
                    Optional.of(new AppInfo("", "", 0, 9, HASH)),
                    EngineLine.TENDERMINT_0_34)
                .outcome())
        .isEqualTo(HandshakeOutcome.EMPTY_STORE_REFUSED);
  }

  @Test
  void anUnknownAppIsTakenToBeAtTheStatesHeight() {
    final HandshakePrediction prediction =
        HandshakePrediction.of(
            home(9, 1, 9, false, true), Optional.empty(), EngineLine.COMETBFT_0_38);
    assertThat(prediction.outcome()).isEqualTo(HandshakeOutcome.CLEAN);
    assertThat(prediction.appKnown()).isFalse();
  }

  private static HandshakePrediction.Home home(
      final long state,
      final long base,
      final long blocks,
      final boolean offline,
      final boolean answer) {
    return new HandshakePrediction.Home(1, base, blocks, state, HASH, offline, answer);
  }

  private static HandshakePrediction predict(
      final HandshakePrediction.Home home, final long app, final Bytes hash) {
    return HandshakePrediction.of(
        home, Optional.of(new AppInfo("", "", 0, app, hash)), EngineLine.COMETBFT_0_38);
  }
}
