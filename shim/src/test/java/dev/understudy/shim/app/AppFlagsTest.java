package dev.understudy.shim.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.FailureException;
import org.junit.jupiter.api.Test;

class AppFlagsTest {

  @Test
  void commasAndSpacesSeparate() throws FailureException {
    assertThat(AppFlags.split("--x-crisis-skip-assert-invariants,--iavl-disable-fastnode  --a b"))
        .containsExactly(
            "--x-crisis-skip-assert-invariants", "--iavl-disable-fastnode", "--a", "b");
  }

  @Test
  void quotesKeepCommasAndSpaces() throws FailureException {
    assertThat(AppFlags.split("--prices=\"0.1a,0.2b\" --name 'two words' ''"))
        .containsExactly("--prices=0.1a,0.2b", "--name", "two words", "");
  }

  @Test
  void nothingGivesNothing() throws FailureException {
    assertThat(AppFlags.split(" , ")).isEmpty();
  }

  @Test
  void quoteWithoutEndIsRefused() {
    assertThatThrownBy(() -> AppFlags.split("--a='b"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("quote without an end");
  }
}
