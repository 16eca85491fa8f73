package dev.understudy.shim.source.kyve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.shim.source.SourcePatience;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRegistryTest {
  /** In KYVE's form, cut down to what is read. */
  private static final String TEXT =
      """
      chain-1:
        codebase:
          git-url: https://github.com/chain/chain
          settings:
            upgrades:
            - height: 1
              ksync-engine: tendermint-v0.34
              name: genesis
              recommended-version: v1.0.1
            - height: '525000'
              name: v2.0.0
              recommended-version: v2.0.0
            - height: 700000
              name: 3
            - name: without height
        source-id: chain-1
      chain-2:
        source-id: chain-2
      """;

  private final Vertx vertx = Vertx.vertx();
  private final Path file;

  SourceRegistryTest(@TempDir final Path folder) {
    this.file = folder.resolve("registry.yml");
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private SourceRegistry read(final URI where) throws Exception {
    return SourceRegistry.read(vertx, where, SourcePatience.DEFAULTS);
  }

  @Test
  void readsTheUpgradesOfAChain() throws Exception {
    Files.writeString(file, TEXT);

    assertThat(read(file.toUri()).upgrades("chain-1"))
        .containsExactly(
            new UpgradePlan("genesis", 1),
            new UpgradePlan("v2.0.0", 525_000),
            new UpgradePlan("3", 700_000));
  }

  @Test
  void knowsNothingOfOtherChains() throws Exception {
    Files.writeString(file, TEXT);

    assertThat(read(file.toUri()).upgrades("chain-2")).isEmpty();
    assertThat(read(file.toUri()).upgrades("chain-3")).isEmpty();
  }

  @Test
  void readsItOverHttpToo() throws Exception {
    final var server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end(TEXT))
            .listen(0, InetAddress.getLoopbackAddress().getHostAddress())
            .await(10, TimeUnit.SECONDS);

    assertThat(
            read(URI.create("http://127.0.0.1:" + server.actualPort() + "/registry.yml"))
                .upgrades("chain-1"))
        .hasSize(3);
  }

  @Test
  void brokenTextIsToldWithTheAddress() throws Exception {
    Files.writeString(file, "a: [1");

    assertUnusable();
  }

  @Test
  void missingFileIsToldWithTheAddress() {
    assertUnusable();
  }

  @Test
  void endlessFileIsNotRead() throws Exception {
    Files.write(file, "# comment\n".repeat(300_000).getBytes(StandardCharsets.UTF_8));

    assertUnusable();
  }

  @Test
  void aliasesThatWouldGrowWithoutEndAreNoTrouble() throws Exception {
    final StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
    }
    Files.writeString(file, bomb);

    assertThat(read(file.toUri()).upgrades("a39")).isEmpty();
  }

  private void assertUnusable() {
    assertThatThrownBy(() -> read(file.toUri()))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.ARCHIVE);
              assertThat(e).hasMessageContaining("registry.yml");
              assertThat(e.advice()).contains("--registry");
            });
  }
}
