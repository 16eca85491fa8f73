package dev.understudy.tools.cli;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code --home}, which commands take from flag, variable or file and can't do without. */
final class HomeOption {
  private HomeOption() {}

  static Path require(final @Nullable Path home) throws FailureException {
    if (home == null) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--home is missing",
          "Say where the node's home is; the node's own init command makes one.");
    }
    return home;
  }
}
