package dev.understudy.tools.cli;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Engine lines as people and KSYNC's scripts name them. */
final class EngineNames {
  private static final EngineLine RUNS = EngineLine.COMETBFT_0_38;

  private EngineNames() {}

  /** The line to play; nothing given means the one that this version plays. */
  static EngineLine requireRunnable(final @Nullable String name) throws FailureException {
    if (name == null || name.isEmpty()) {
      return RUNS;
    }
    final String plain =
        name.toLowerCase(Locale.ROOT)
            .replaceFirst("^(cometbft|tendermint|celestia-core)-", "")
            .replaceFirst("^v", "");
    if (plain.equals(RUNS.label()) || plain.startsWith(RUNS.label() + ".")) {
      return RUNS;
    }
    throw new FailureException(
        FailureKind.CONFIGURATION,
        "--engine %s: this version of Understudy plays CometBFT %s only"
            .formatted(name, RUNS.label()),
        "Use an app of that line, or a newer version of Understudy.");
  }
}
