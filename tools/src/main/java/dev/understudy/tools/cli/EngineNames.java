package dev.understudy.tools.cli;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Engine lines as people and KSYNC's scripts name them. */
final class EngineNames {
  private static final EngineLine PRESET = EngineLine.COMETBFT_0_38;

  /** Blocks of Celestia's fork hold more than the codecs know: its square size and inner txs. */
  private static final Set<EngineLine> RUN =
      EnumSet.complementOf(EnumSet.of(EngineLine.CELESTIA_0_34));

  private EngineNames() {}

  /**
   * The line to play; nothing given means 0.38. Takes a line ({@code 0.37}), a version of it
   * ({@code v0.37.18}) and KSYNC's names ({@code cometbft-v0.37}, {@code tendermint-v0.34}).
   */
  static EngineLine requireRunnable(final @Nullable String name) throws FailureException {
    if (name == null || name.isEmpty()) {
      return PRESET;
    }
    return find(name)
        .orElseThrow(
            () ->
                new FailureException(
                    FailureKind.CONFIGURATION,
                    "--engine %s is no engine line that this version of Understudy plays"
                        .formatted(name),
                    "It plays CometBFT (Tendermint) %s. Take the line of the app's binary, as its"
                            .formatted(
                                RUN.stream()
                                    .map(EngineLine::label)
                                    .collect(Collectors.joining(", ")))
                        + " \"version --long\" tells it."));
  }

  /** Empty where there is no such line. */
  static Optional<EngineLine> find(final String name) {
    final String plain =
        name.toLowerCase(Locale.ROOT)
            .replaceFirst("^(cometbft|tendermint)-", "")
            .replaceFirst("^v", "");
    return RUN.stream()
        .filter(line -> plain.equals(line.label()) || plain.startsWith(line.label() + "."))
        .findFirst();
  }
}
