package dev.understudy.types.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineVersionsTest {

  @ParameterizedTest
  @CsvSource({
    "v0.34.27, TENDERMINT_0_34",
    "0.34.35, TENDERMINT_0_34",
    "v0.37.0-rc2, COMETBFT_0_37",
    "v0.38.6-0.20240229114409-aa0e0e0e0e0e, COMETBFT_0_38",
    "v0.39.4, COMETBFT_0_39",
    "v0.40.0, COMETBFT_0_40",
    "v1.0.1, COMETBFT_1_0",
    "v1.45.0-tm-v0.34.35, CELESTIA_0_34",
  })
  void releaseHasItsLine(final String version, final EngineLine line) throws FailureException {
    assertThat(EngineVersions.isRelease(version)).isTrue();
    assertThat(EngineVersions.require(version, "it")).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v0.0.0-20240101000000-0123456789ab", "(devel)", "main", "v3"})
  void forksVersionThatIsNoReleaseTellsNothing(final String version) {
    assertThat(EngineVersions.isRelease(version)).isFalse();
    assertThat(EngineVersions.ofName(version)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "v0.33.9, older",
    "v0.35.9, withdrawn",
    "v0.36.0, withdrawn",
    "v0.41.0, newer",
    "v1.1.0, newer",
    "v2.0.0, newer",
  })
  void lineThatIsNotPlayedIsRefusedWithTheReasonAndTheLinesThatAre(
      final String version, final String reason) {
    assertThatThrownBy(() -> EngineVersions.require(version, "the binary /bin/appd"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.advice()).contains("0.34, ").contains("0.40, 1.0");
            })
        .hasMessageContainingAll("the binary /bin/appd", version, reason);
  }

  @ParameterizedTest
  @CsvSource({
    "tendermint-v0.34, TENDERMINT_0_34",
    "TENDERMINT-0.34, TENDERMINT_0_34",
    "celestia-core-v0.34, CELESTIA_0_34",
    "Celestia-Core-0.34, CELESTIA_0_34",
    "celestia 0.34, CELESTIA_0_34",
    "celestia-core-v1.45.0-tm-v0.34.35, CELESTIA_0_34",
    "cometbft-v0.37, COMETBFT_0_37",
    "CometBFT-0.38, COMETBFT_0_38",
    "1.0, COMETBFT_1_0",
  })
  void ksyncsNamesAreKnownInAnyCaseWithAndWithoutTheV(final String name, final EngineLine line) {
    assertThat(EngineVersions.ofName(name)).contains(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"celestia-core-v0.38", "celestia-core-v0.39.4", "celestia", "0.3", "1.00"})
  void nameOfNoLineIsNoLine(final String name) {
    assertThat(EngineVersions.ofName(name)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(EngineLine.class)
  void everyLineIsKnownByItsLabel(final EngineLine line) {
    assertThat(EngineVersions.ofName(line.label())).contains(line);
  }

  @ParameterizedTest
  @CsvSource({
    "COMETBFT_0_38, COMETBFT_0_37, true",
    "COMETBFT_1_0, COMETBFT_0_40, true",
    "COMETBFT_0_37, COMETBFT_0_38, false",
    "TENDERMINT_0_34, COMETBFT_1_0, false",
    "CELESTIA_0_34, TENDERMINT_0_34, true",
    "TENDERMINT_0_34, CELESTIA_0_34, false",
    "COMETBFT_0_37, CELESTIA_0_34, true",
  })
  void homeGoesOnWithALaterLineButNotWithAnEarlierOne(
      final EngineLine writer, final EngineLine line, final boolean foreign) {
    assertThat(EngineVersions.isForeignHome(writer, line)).isEqualTo(foreign);
  }

  @ParameterizedTest
  @CsvSource({"0.39.0, 0.39 or 0.40", "0.38.25, 0.38", "0.37.16, 0.37", "0.34.35, 0.34"})
  void versionsThatNodesOfTwoLinesWriteAreKnown(final String version, final String writers) {
    assertThat(EngineVersions.writersOf(version)).isEqualTo(writers);
  }
}
