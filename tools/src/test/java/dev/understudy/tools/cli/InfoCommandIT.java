package dev.understudy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.tools.archive.ArchiveServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a registry's chains have, asked of an archive in KYVE's form. */
final class InfoCommandIT {
  private static final Path CHAIN =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "chains", "kv4");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Path folder;

  InfoCommandIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  private Path registry() throws IOException {
    return Files.writeString(
        folder.resolve("registry.yml"),
        """
        kv-4:
          networks:
            kyve-1:
              source-metadata:
                title: Four validators
              integrations:
                ksync:
                  block-sync-pool: 0
                  state-sync-pool: 99
        only-blocks-1:
          networks:
            kyve-1:
              integrations:
                ksync:
                  block-sync-pool: 1
        elsewhere-1:
          networks:
            kaon-1:
              integrations:
                ksync:
                  block-sync-pool: 1
        """);
  }

  private int info(final String... arguments) {
    final CommandLine line = Understudy.commandLine(arguments);
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  @Test
  void tellsWhatThePoolsOfEachChainHold() throws Exception {
    try (ArchiveServer archive = ArchiveServer.start(CHAIN, 0)) {
      assertThat(
              info(
                  "info",
                  "--registry",
                  registry().toString(),
                  "--chain-rest",
                  archive.chainRest().toString()))
          .as(err.toString())
          .isZero();
    }
    assertThat(out.toString())
        .contains("kv-4  Four validators")
        .containsPattern("blocks +pool 0: heights 1 to 121, \\d+ bundles, @kyvejs/tendermint")
        .containsPattern("snapshots +pool 99: can't be asked: ")
        .contains("only-blocks-1")
        .containsPattern("snapshots +no pool")
        .doesNotContain("elsewhere-1");
  }

  @Test
  void saysWhereTheRegistryHasNoSuchChain() throws Exception {
    assertThat(info("info", "--registry", registry().toString(), "--chain", "nowhere-1"))
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(err.toString()).contains("lists no chain nowhere-1 on kyve-1");
  }
}
