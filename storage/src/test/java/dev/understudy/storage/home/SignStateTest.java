package dev.understudy.storage.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignStateTest {
  private final Path file;

  SignStateTest(@TempDir final Path home) {
    this.file = home.resolve("priv_validator_state.json");
  }

  @Test
  void readsWhatTheNodeWrites() throws Exception {
    Files.writeString(
        file,
        """
        {"height": "9007199254740993", "round": 1, "step": 3, "signature": "qg==", "signbytes": "AA"}
        """);

    assertThat(SignState.read(file)).hasValue(new SignState(9007199254740993L, 1, 3));
  }

  @Test
  void missingFileIsNoState() throws Exception {
    assertThat(SignState.read(file)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[]",
        "{\"height\":\"-1\",\"round\":0,\"step\":0}",
        "{\"height\":\"1\",\"round\":99999999999,\"step\":0}"
      })
  void damagedStateIsNotTakenForAnEmptyOne(final String content) throws Exception {
    Files.writeString(file, content);

    assertThatThrownBy(() -> SignState.read(file)).isInstanceOf(FailureException.class);
  }
}
