package dev.understudy.shim.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files under {@code engine/} are what simd of ibc-go 6.3.1, 7.10.0 and 8.8.0 print (SDK 0.46,
 * 0.47, 0.50), their long lists of other modules left out.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the field
class ProgramEngineTest {
  private static final Path BINARY = Path.of("/opt/appd");

  @TempDir private Path folder;

  private static String recorded(final String name) throws IOException {
    try (InputStream in = ProgramEngineTest.class.getResourceAsStream("/engine/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "simd-0.46.yaml, TENDERMINT_0_34",
    "simd-0.46.json, TENDERMINT_0_34",
    "simd-0.47.yaml, COMETBFT_0_37",
    "simd-0.47.json, COMETBFT_0_37",
    "simd-0.50.yaml, COMETBFT_0_38",
    "simd-0.50.json, COMETBFT_0_38",
  })
  void buildDependenciesOfRealProgramsTellTheLine(final String name, final EngineLine line)
      throws Exception {
    assertThat(ProgramEngine.ofBuild(recorded(name), BINARY).orElseThrow().line()).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource({
    "simd-0.46-tendermint.txt, TENDERMINT_0_34",
    "simd-0.47-tendermint.txt, COMETBFT_0_37",
    "simd-0.50-tendermint.txt, COMETBFT_0_38",
  })
  void ownCommandsOfRealProgramsTellTheLine(final String name, final EngineLine line)
      throws Exception {
    assertThat(ProgramEngine.ofCommand(recorded(name), "tendermint", BINARY).orElseThrow().line())
        .isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource({
    // a fork with a version of CometBFT's, and one with a commit in its place
    "github.com/cometbft/cometbft@v0.38.5 => github.com/dydxprotocol/cometbft@v0.38.6-0.2024,"
        + " COMETBFT_0_38",
    "github.com/cometbft/cometbft@v0.37.4 => github.com/other/cometbft@v0.0.0-20240101-abc,"
        + " COMETBFT_0_37",
    "github.com/cometbft/cometbft@v0.38.9 => ./local/cometbft@, COMETBFT_0_38",
    "github.com/cometbft/cometbft@v0.37.0 => github.com/cometbft/cometbft@v0.38.17, COMETBFT_0_38",
    "github.com/tendermint/tendermint@v0.34.35 =>"
        + " github.com/celestiaorg/celestia-core@v1.45.0-tm-v0.34.35, CELESTIA_0_34",
    "github.com/cometbft/cometbft@v0.38.9 => github.com/piplabs/cometbft@v0.1.0, COMETBFT_0_38",
    "github.com/cometbft/cometbft@v1.0.1, COMETBFT_1_0",
  })
  void replacementsAndForksAreFollowed(final String dependency, final EngineLine line)
      throws Exception {
    assertThat(ProgramEngine.ofBuild("- " + dependency + "\n", BINARY).orElseThrow().line())
        .isEqualTo(line);
  }

  @Test
  void listThatWasFoldedIsReadAsWell() throws Exception {
    final String text =
        "- github.com/tendermint/tendermint@v0.34.27 =>\n  github.com/cometbft/cometbft@v0.34.29\n";
    assertThat(ProgramEngine.ofBuild(text, BINARY).orElseThrow().source())
        .contains("github.com/cometbft/cometbft@v0.34.29");
  }

  @Test
  void tendermintsTypesInAProgramOnCometBftCountNothing() throws Exception {
    final String text =
        "- github.com/cometbft/cometbft@v0.37.2\n- github.com/tendermint/tendermint@v0.34.24\n";
    assertThat(ProgramEngine.ofBuild(text, BINARY).orElseThrow().line())
        .isEqualTo(EngineLine.COMETBFT_0_37);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- github.com/cometbft/cometbft-db@v0.14.1",
        "- github.com/cometbft/cometbft/api@v1.0.0",
        "- github.com/tendermint/tm-db@v0.6.7",
        "- github.com/cometbft/cometbft@v0.0.0-20240101-abc",
        "Error: unknown flag: --long",
        ""
      })
  void programThatListsNoEngineTellsNothing(final String text) throws Exception {
    assertThat(ProgramEngine.ofBuild(text, BINARY)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "github.com/cometbft/cometbft@v0.41.0, newer",
    "github.com/cometbft/cometbft/v2@v2.0.0, newer",
    "github.com/tendermint/tendermint@v0.33.9, older",
    "github.com/cometbft/cometbft@v0.38.17 => github.com/celestiaorg/celestia-core@v0.39.4,"
        + " Celestia's own engine",
  })
  void engineThatIsNotPlayedIsRefusedByNameOfBinaryAndModule(
      final String dependency, final String reason) {
    assertThatThrownBy(() -> ProgramEngine.ofBuild("- " + dependency, BINARY))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .hasMessageContainingAll("/opt/appd", dependency, reason);
  }

  @Test
  void programWithoutBuildDependenciesIsAskedForItsEnginesVersion() throws Exception {
    final Path program =
        script("case \"$*\" in 'comet version') echo 'CometBFT: 0.38.25';; *) exit 1;; esac");
    assertThat(ProgramEngine.ask(AppProgram.of(program)))
        .hasValueSatisfying(
            claim -> {
              assertThat(claim.line()).isEqualTo(EngineLine.COMETBFT_0_38);
              assertThat(claim.source()).contains(program.toString(), "comet version");
            });
  }

  @Test
  void programThatKnowsNoSuchCommandTellsNothing() throws Exception {
    assertThat(ProgramEngine.ask(AppProgram.of(script("exit 1")))).isEmpty();
  }

  private Path script(final String body) throws IOException {
    final Path file = folder.resolve("appd");
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
