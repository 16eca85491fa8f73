package dev.understudy.tools.cli;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineVersions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code --engine}: engine lines as people and KSYNC's scripts name them. */
final class EngineNames {

  private EngineNames() {}

  /**
   * What was asked for; empty when nothing was. Takes a line ({@code 0.37}), a version of it
   * ({@code v0.37.18}) and KSYNC's names ({@code cometbft-v0.37}, {@code tendermint-v0.34}).
   */
  static Optional<EngineLine> asked(final @Nullable String name) throws FailureException {
    if (name == null || name.isBlank()) {
      return Optional.empty();
    }
    final Optional<EngineLine> line = EngineVersions.ofName(name);
    if (line.isEmpty()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "--engine %s is no engine line that this version of Understudy plays".formatted(name),
          "It plays CometBFT (Tendermint) %s. Leave the flag out where --binary is given: the"
                  .formatted(EngineVersions.known())
              + " binary tells its line.");
    }
    return line;
  }
}
