package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The app of CometBFT's own end-to-end tests behind an ABCI socket: it extends votes with random
 * numbers, and its proposals carry the sum of those of the block before. Its state lies in {@code
 * e2e} beside the home's data, written at every Commit.
 */
final class ExtensionApp implements Newcomer.SeparateApp {
  private final TestBed bed;
  private final NodeHome home;
  private final Path program;
  private final Path config;
  private @Nullable ChildProcess process;

  ExtensionApp(final TestBed bed, final NodeHome home, final RealLine line, final String chainId) {
    this.bed = bed;
    this.home = home;
    this.program = RealNodes.binary(line.extendingApp());
    this.config = home.path().resolve("e2e.toml");
    try {
      Files.createDirectories(home.path().resolve("e2e"));
      Files.writeString(
          config,
          """
          chain_id = "%s"
          listen = "%s"
          protocol = "socket"
          dir = "%s"
          mode = "validator"
          key_type = "ed25519"
          persist_interval = 1
          vote_extensions_update_height = -1
          pbts_update_height = -1
          """
              .formatted(chainId, home.appAddress(), home.path().resolve("e2e")));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when it accepts connections; does nothing while it runs. */
  @Override
  public ExtensionApp start() {
    if (process == null || !process.isAlive()) {
      process =
          ChildProcess.start(
              bed, home.name() + "-app", List.of(program.toString(), config.toString()));
      Awaitility.await(home.name() + "'s app accepts connections")
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(20))
          .until(this::accepts);
    }
    return this;
  }

  @Override
  public ChildProcess process() {
    return Objects.requireNonNull(process, "the app was never started");
  }

  private boolean accepts() {
    process().requireAlive();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), home.appPort())) {
      return socket.isConnected();
    } catch (final IOException e) {
      return false;
    }
  }
}
