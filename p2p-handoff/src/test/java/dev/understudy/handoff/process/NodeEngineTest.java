package dev.understudy.handoff.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
