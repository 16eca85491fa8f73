package dev.understudy.tools.bench;

import dev.understudy.shim.abci.socket.AbciConnection;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.shim.app.AppLaunch;
import dev.understudy.shim.app.AppProcess;
import dev.understudy.shim.app.AppProgram;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A fresh app that answers already, and the proxy before it if there is one. Whoever starts it
 * closes it.
 */
final class AppUnderTest implements AutoCloseable {
  private static final Duration BOOTS_WITHIN = Duration.ofMinutes(5);

  private final MeasuredProcess process;
  private final AbciAddress own;
  private final Optional<AbciProxy> proxy;

  private AppUnderTest(
      final MeasuredProcess process, final AbciAddress own, final Optional<AbciProxy> proxy) {
    this.process = process;
    this.own = own;
    this.proxy = proxy;
  }

  /** Who stands before the app. */
  interface Before {
    Optional<AbciProxy> stand(AbciAddress app) throws FailureException;
  }

  /** Starts the app on a home and waits until it answers. */
  static AppUnderTest start(
      final BenchProcesses processes,
      final BenchConfig config,
      final Path home,
      final Path folder,
      final Before before)
      throws FailureException, InterruptedException, IOException {
    final AbciAddress address = AppProcess.freeAddress();
    final List<String> command = command(config.app(), home, address);
    final MeasuredProcess process = processes.start("app", command, folder);
    try {
      awaitReady(process, address, config.line());
      return new AppUnderTest(process, address, before.stand(address));
    } catch (final FailureException e) {
      process.close();
      throw e;
    }
  }

  /** As {@link #start}, with the proxy where the bench is to have one. */
  static AppUnderTest start(
      final BenchProcesses processes, final BenchConfig config, final Path home, final Path folder)
      throws FailureException, InterruptedException, IOException {
    return start(
        processes,
        config,
        home,
        folder,
        app ->
            config.proxy()
                ? Optional.of(AbciProxy.start(app, config.line().frameLength()))
                : Optional.empty());
  }

  private static List<String> command(
      final AppChoice choice, final Path home, final AbciAddress address)
      throws FailureException, InterruptedException {
    if (choice instanceof AppChoice.Binary binary) {
      return AppProcess.command(
          new AppLaunch(
              program(binary.program(), home),
              home,
              address,
              binary.flags(),
              home,
              false,
              AppLaunch.StopPolicy.DEFAULT));
    }
    return ((AppChoice.Command) choice)
        .words().stream()
            .map(
                word ->
                    word.replace("{address}", address.toString())
                        .replace("{home}", home.toString()))
            .toList();
  }

  private static AppProgram program(final Path binary, final Path home) throws FailureException {
    final AppProgram program = AppProgram.resolve(binary.toString(), home, System.getenv());
    if (program.cosmovisor().isPresent()) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the bench can't drive an app through cosmovisor: " + binary,
          "Give --binary the chain's own program.");
    }
    return program;
  }

  private static void awaitReady(
      final MeasuredProcess process, final AbciAddress address, final EngineLine line)
      throws FailureException {
    final ConnectionSettings settings =
        ConnectionSettings.defaults(line).withConnectWithin(BOOTS_WITHIN);
    try (AbciConnection probe =
        AbciConnection.open("boot", address, settings, process::requireAlive)) {
      probe.flush();
    }
  }

  /** Where engines are to look for it. */
  AbciAddress address() {
    return proxy.map(AbciProxy::address).orElse(own);
  }

  /** The app itself, past the proxy. */
  AbciAddress ownAddress() {
    return own;
  }

  Optional<AbciProxy> proxy() {
    return proxy;
  }

  void requireAlive() throws FailureException {
    process.requireAlive();
  }

  /** Ends it and says what it has used. */
  Usage stop() throws FailureException, InterruptedException {
    process.stop();
    return process.usage();
  }

  /** What the proxy saw; empty without one. */
  Optional<ConsensusMeter.Seen> seen() {
    return proxy.flatMap(AbciProxy::seen);
  }

  @Override
  public void close() throws IOException {
    process.close();
    if (proxy.isPresent()) {
      proxy.get().close();
    }
  }
}
