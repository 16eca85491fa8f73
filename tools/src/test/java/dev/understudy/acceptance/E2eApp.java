package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The app of CometBFT's own end-to-end tests behind an ABCI socket: a key-value store that changes
 * validators at given heights and makes snapshots, in chunks of a megabyte. Where the chain extends
 * votes it does so with random numbers, and its proposals carry the sum of those of the block
 * before. Its state lies in {@code e2e} beside the home's data, written at every Commit.
 */
final class E2eApp implements Newcomer.SeparateApp {
  private final TestBed bed;
  private final RealBinary program;
  private final NodeHome home;
  private final Path config;
  private @Nullable ChildProcess process;

  /**
   * @param keyType of the validators whose powers change
   * @param snapshotInterval 0 for an app without snapshots
   */
  record Settings(
      String chainId, String keyType, long snapshotInterval, List<PowerChange> changes) {
    Settings {
      changes = List.copyOf(changes);
    }
  }

  /**
   * The app's answer to a block gives a validator another power.
   *
   * @param key the public key in base64
   * @param power 0 removes it; below 256
   */
  record PowerChange(long height, String key, int power) {}

  E2eApp(
      final TestBed bed, final RealBinary program, final NodeHome home, final Settings settings) {
    this.bed = bed;
    this.program = program;
    this.home = home;
    this.config = home.path().resolve("e2e.toml");
    final StringBuilder text =
        new StringBuilder(
            """
            chain_id = "%s"
            listen = "%s"
            protocol = "socket"
            dir = "%s"
            mode = "validator"
            key_type = "%s"
            persist_interval = 1
            snapshot_interval = %d
            vote_extensions_update_height = -1
            pbts_update_height = -1
            """
                .formatted(
                    settings.chainId(),
                    home.appAddress(),
                    home.path().resolve("e2e"),
                    settings.keyType(),
                    settings.snapshotInterval()));
    for (final PowerChange change : settings.changes()) {
      text.append("[validator_update.%d]%n".formatted(change.height()))
          .append("\"%s\" = %d%n".formatted(change.key(), change.power()));
    }
    try {
      Files.createDirectories(home.path().resolve("e2e"));
      Files.writeString(config, text);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when it accepts connections; does nothing while it runs. */
  @Override
  public E2eApp start() {
    if (process == null || !process.isAlive()) {
      process =
          ChildProcess.start(
              bed,
              home.name() + "-app",
              List.of(RealNodes.binary(program).toString(), config.toString()));
      process.awaitListening(home.appPort(), Duration.ofSeconds(30));
    }
    return this;
  }

  @Override
  public ChildProcess process() {
    return Objects.requireNonNull(process, "the app was never started");
  }
}
