package dev.understudy.acceptance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CometBFT's example kvstore app behind an ABCI socket, with its state in a folder, so that it can
 * be stopped or killed and started again.
 */
public final class KvApp implements AutoCloseable, Newcomer.SeparateApp {
  private final TestBed bed;
  private final String name;
  private final Path abciCli;
  private final int port;
  private final Path folder;
  private final String transport;
  private @Nullable ChildProcess process;

  /** An app on a home's own port, with its state in {@code kv} beside the home's data. */
  public static KvApp of(final TestBed bed, final NodeHome home) {
    return new KvApp(bed, home.name() + "-app", home.appPort(), home.path().resolve("kv"));
  }

  /** The kvstore of another line, over a transport as its flag names it. */
  public static KvApp of(
      final TestBed bed, final NodeHome home, final RealBinary cli, final String transport) {
    return new KvApp(
        bed,
        home.name() + "-app",
        home.appPort(),
        home.path().resolve("kv"),
        RealNodes.binary(cli),
        transport);
  }

  public KvApp(final TestBed bed, final String name, final int port, final Path folder) {
    this(bed, name, port, folder, RealNodes.binary(RealBinary.ABCI_CLI_0_38), "socket");
  }

  private KvApp(
      final TestBed bed,
      final String name,
      final int port,
      final Path folder,
      final Path abciCli,
      final String transport) {
    this.bed = bed;
    this.name = name;
    this.port = port;
    this.folder = folder;
    this.abciCli = abciCli;
    this.transport = transport;
  }

  /** What {@code proxy_app} must be to reach it. */
  public String address() {
    return "tcp://127.0.0.1:" + port;
  }

  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** Starts the app unless it runs, and returns when it accepts connections. */
  @Override
  public KvApp start() {
    if (!isRunning()) {
      final List<String> command =
          List.of(
              abciCli.toString(),
              "kvstore",
              "--address",
              address(),
              "--abci",
              transport,
              "--persist",
              folder.toString(),
              "--log_level",
              "error");
      process = ChildProcess.start(bed, name, command);
      process.awaitListening(port, Duration.ofMinutes(3));
    }
    return this;
  }

  @Override
  public ChildProcess process() {
    return Objects.requireNonNull(process, "the app was never started");
  }

  public void stop() {
    if (process != null) {
      process.stop();
    }
  }

  public void kill() {
    process().kill();
  }

  @Override
  public void close() {
    stop();
  }
}
