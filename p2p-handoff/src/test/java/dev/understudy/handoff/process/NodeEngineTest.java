package dev.understudy.handoff.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeEngineTest {
  @Test
  void modulesOfAnSdkAppTellTheEngine() {
    assertThat(
            NodeEngine.ofModules(
                """
                build_deps:
                - github.com/cometbft/cometbft-db@v0.14.1
                - github.com/cometbft/cometbft@v0.38.25
                """))
        .contains("0.38.25");
  }

  @Test
  void replacedTendermintIsTheCometbftThatReplacesIt() {
    assertThat(
            NodeEngine.ofModules(
                "- github.com/tendermint/tendermint@v0.34.29 =>"
                    + " github.com/cometbft/cometbft@v0.34.35"))
        .contains("0.34.35");
  }

  @Test
  void versionsOfAForkSayNothing() {
    assertThat(
            NodeEngine.ofModules(
                "- github.com/tendermint/tendermint@v0.34.29 =>"
                    + " github.com/celestiaorg/celestia-core@v1.45.0-tm-v0.34.35"))
        .isEmpty();
  }

  @Test
  void plainVersionMayHaveACommitBehindIt() {
    assertThat(NodeEngine.ofPlain("0.38.25+abc")).contains("0.38.25");
    assertThat(NodeEngine.ofPlain("v1.0.1")).contains("1.0.1");
    assertThat(NodeEngine.ofPlain("main")).isEmpty();
  }

  @Test
  void versionOfAnAppIsNotTakenForItsEngine(@TempDir final Path folder) throws Exception {
    final Path app =
        Files.createFile(
            folder.resolve("app"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(app, "#!/bin/sh\necho 0.50.1\n");

    assertThat(NodeEngine.version(List.of(app.toString()), Map.of())).isEmpty();
  }

  @Test
  void releaseThatSaysAnothersVersionIsKnownByWhatItWasBuiltFrom(@TempDir final Path folder)
      throws Exception {
    final Path node = node(folder, "\nmod\tgithub.com/cometbft/cometbft\tv0.40.0\th1:0+zc7Flc=\n");

    assertThat(NodeEngine.version(List.of(node.toString()), Map.of())).contains("0.40.0");
  }

  @Test
  void releaseThatSaysAnothersVersionStaysSoWhereNothingElseTells(@TempDir final Path folder)
      throws Exception {
    final Path node = node(folder, "\nmod\tgithub.com/cometbft/cometbft\t(devel)\t\n");

    assertThat(NodeEngine.version(List.of(node.toString()), Map.of())).contains("0.39.0");
  }

  /**
   * What Go notes may lie anywhere in a program, over the border of two pieces read at once too.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 5, 1 << 20, (1 << 20) - 7, (1 << 20) - 60, (2 << 20) - 33})
  void builtVersionIsFoundAnywhereInAProgram(final int before, @TempDir final Path folder)
      throws Exception {
    final Path program = folder.resolve("program");
    Files.writeString(
        program,
        "x".repeat(before) + "\nmod\texample.org/node\tv1.2.3\th1:sum\n" + "y".repeat(900));

    assertThat(GoProgram.mainModuleVersion(program, "example.org/node")).contains("1.2.3");
    assertThat(GoProgram.mainModuleVersion(program, "example.org/other")).isEmpty();
  }

  private static Path node(final Path folder, final String built) throws IOException {
    final Path node =
        Files.createFile(
            folder.resolve("cometbft"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return Files.writeString(
        node, "#!/bin/sh\n[ $# = 1 ] || exit 1\necho 0.39.0\nexit 0\n" + built);
  }
}
