package dev.understudy.handoff.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real nodes said when these things happened to them, with their paths shortened. */
final class NodeTroubleTest {

  @ParameterizedTest
  @CsvSource({
    "seen-commit-missing, seen commit is missing",
    "app-ahead, the app is ahead of the home",
    "app-low, the app is below what the home still holds",
    "app-hash-differs, another app hash",
    "store-empty, block store and state are of different heights",
    "store-ahead, block store and state are of different heights",
    "port-rpc, a port that it listens at is taken",
    "port-p2p, a port that it listens at is taken",
    "locked, another process has a database open",
    "app-unreachable, it does not reach the app",
    "unknown-flag, does not know a command or flag",
    "sign-state-missing, a validator key without its sign state",
    "double-sign, has signed one of the last blocks",
    "backend-unknown, not built with the backend",
    "config-broken, config.toml can't be read",
    "disk-full, the disk is full",
    "permission, may not read or write a file",
  })
  void isToldOn034And038(final String log, final String meaning) throws IOException {
    for (final String line : List.of("0.34", "0.38")) {
      assertThat(NodeTrouble.meaning(lines(line + "/" + log)))
          .as(line)
          .get()
          .asString()
          .contains(meaning);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.38/extended-commit-missing, the extended commit of the last block is missing",
    "0.37/app-of-another-line, the ABCI of another engine line",
    "1.0/home-of-another-line, what a node of another engine line has written",
    "1.0/genesis-changed, the genesis file is not the one",
  })
  void isToldOnTheLinesThatHaveIt(final String log, final String meaning) throws IOException {
    assertThat(NodeTrouble.meaning(lines(log))).get().asString().contains(meaning);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.34", "0.38"})
  void nodeThatIsWellHasNoTrouble(final String line) throws IOException {
    assertThat(NodeTrouble.meaning(lines(line + "/clean"))).isEmpty();
  }

  @Test
  void endIsToldWithItsPanicAndAdvice() throws IOException {
    final FailureException told =
        NodeTrouble.ofEnd("ended with exit code 2", lines("0.38/app-hash-differs"), "");

    assertThat(told.kind()).isEqualTo(FailureKind.NODE);
    assertThat(told)
        .hasMessageContaining("ended with exit code 2: the app computed another app hash")
        .hasMessageContaining("panic: state.AppHash does not match AppHash after replay");
    assertThat(told.advice()).contains("check its version", "The home is kept.");
  }

  private static List<String> lines(final String log) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            NodeTroubleTest.class.getResourceAsStream("/node-logs/" + log + ".log"), log)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
