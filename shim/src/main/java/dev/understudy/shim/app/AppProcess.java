package dev.understudy.shim.app;

import dev.understudy.handoff.process.ProcessStop;
import dev.understudy.shim.abci.AbciDialer;
import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.AbciTransport;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The app as our child, started without its own engine and listening for ABCI.
 *
 * <p>Whoever starts it stops it, in order; {@link #stop} may be called by any thread, any number of
 * times. When this process is told to end and nobody has stopped the app within the policy's time,
 * a shutdown hook does. A run that was killed leaves a record beside the log, by which the next one
 * ends the app left behind.
 */
public final class AppProcess implements AutoCloseable {
  static final ProcessBuilder.Redirect NO_INPUT =
      ProcessBuilder.Redirect.from(new File("/dev/null"));

  private static final Logger LOG = LoggerFactory.getLogger(AppProcess.class);
  private static final Duration HELP_WITHIN = Duration.ofSeconds(5);
  private static final Duration LAST_WORDS_WITHIN = Duration.ofSeconds(2);
  private static final int SIGNAL_BASE = 128;

  private final AppLaunch launch;
  private final Process process;
  private final AppOutput output;
  private final ProcessRecord record;
  private final StopAtExit atExit;
  private final ReentrantLock stopping = new ReentrantLock();
  private boolean stopped;

  private AppProcess(
      final AppLaunch launch,
      final Process process,
      final AppOutput output,
      final ProcessRecord record,
      final StopAtExit atExit) {
    this.launch = launch;
    this.process = process;
    this.output = output;
    this.record = record;
    this.atExit = atExit;
  }

  /** A loopback address whose port nobody uses at this moment. */
  public static AbciAddress freeAddress() throws FailureException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return AbciAddress.loopback(socket.getLocalPort());
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.APP,
          "No free port was found for the app: " + e.getMessage() + ".",
          "Give the app's address yourself.",
          e);
    }
  }

  /**
   * Starts the app; an app left behind by a killed run is ended first. It is not yet ready when
   * this returns. Databases of the node must be closed: some apps open them while they boot.
   */
  public static AppProcess start(final AppLaunch launch)
      throws FailureException, InterruptedException {
    endLeftover(launch.folder(), launch.stop());
    final ProcessRecord record = recordIn(launch.folder());
    requireNobodyListens(launch.address());
    final ProcessBuilder command = launch.program().process(arguments(launch));
    LOG.info("Starting the app: {}", String.join(" ", command.command()));
    final StopAtExit atExit = StopAtExit.register(launch.stop().orderlyFor());
    final Process process;
    try {
      process = spawn(command, launch, record);
    } catch (final FailureException e) {
      atExit.release();
      throw e;
    }
    final AppOutput output =
        new AppOutput(process.getInputStream(), logFile(launch), launch.mirrorLogs());
    final AppProcess app = new AppProcess(launch, process, output, record, atExit);
    atExit.guard(app);
    output.start();
    app.remember();
    return app;
  }

  /**
   * Ends an app that a killed run left behind in this folder. For the one who holds the home's
   * lock: another's app is no leftover.
   */
  public static void endLeftover(final Path folder, final AppLaunch.StopPolicy policy)
      throws FailureException, InterruptedException {
    try {
      Files.createDirectories(folder);
      recordIn(folder).endLeftover(policy);
    } catch (final IOException e) {
      throw unusable(folder, e);
    }
  }

  private static ProcessRecord recordIn(final Path folder) {
    return new ProcessRecord(folder.resolve("app.process"));
  }

  private static FailureException unusable(final Path folder, final IOException e) {
    return new FailureException(
        FailureKind.DISK,
        "The folder for the app's log, " + folder + ", can't be used: " + e + ".",
        "Check its owner, its permissions and the free space.",
        e);
  }

  /** What is started: the program's {@code start} with its engine off, listening for ABCI. */
  public static List<String> command(final AppLaunch launch)
      throws FailureException, InterruptedException {
    return launch.program().process(arguments(launch)).command();
  }

  private static List<String> arguments(final AppLaunch launch)
      throws FailureException, InterruptedException {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("start", "--home", launch.home().toString()));
    arguments.add(EngineSwitch.find(launch.program(), launch.home(), HELP_WITHIN));
    arguments.addAll(
        List.of(
            "--transport",
            launch.address().transport().flag(),
            "--address",
            launch.address().toString()));
    arguments.addAll(launch.extraFlags());
    return arguments;
  }

  private static Process spawn(
      final ProcessBuilder command, final AppLaunch launch, final ProcessRecord record)
      throws FailureException {
    final String mark = UUID.randomUUID().toString();
    command.environment().put(ProcessRecord.MARK_VARIABLE, mark);
    try {
      record.announce(mark);
    } catch (final IOException e) {
      throw unusable(launch.folder(), e);
    }
    try {
      return command.start();
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The app " + launch.program() + " can't be started: " + e.getMessage() + ".",
          "Check that the binary is built for this machine and may be executed.",
          e);
    }
  }

  // somebody else's app would answer our connections while ours dies of the occupied port
  private static void requireNobodyListens(final AbciAddress address) throws FailureException {
    if (somebodyListens(address)) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "The app can't be started on " + address + ": another program listens there.",
          "Stop that program, or use it with --proxy-app instead of --binary.");
    }
  }

  private static boolean somebodyListens(final AbciAddress address) {
    if (!(address.toSocketAddress() instanceof InetSocketAddress target)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open()) {
      channel.connect(target);
      // Linux may connect a port of the ephemeral range to itself
      return !channel.getLocalAddress().equals(channel.getRemoteAddress());
    } catch (final IOException e) {
      LOG.debug("{} is free: {}", address, e.toString());
      return false;
    }
  }

  /** Whether an app listens on the address at this moment, the child or one that it started. */
  boolean isListening() {
    return somebodyListens(launch.address());
  }

  private void remember() throws FailureException, InterruptedException {
    try {
      record.write(process.toHandle());
    } catch (final IOException e) {
      stop();
      throw new FailureException(
          FailureKind.DISK,
          "The record of the app's process can't be written: " + e + ".",
          "Check the free space of " + launch.folder() + ".",
          e);
    }
  }

  public AbciAddress address() {
    return launch.address();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Where its output goes; older output lies beside it as {@code .1} and {@code .2}. */
  public Path logFile() {
    return logFile(launch);
  }

  private static Path logFile(final AppLaunch launch) {
    return launch.folder().resolve("app.log");
  }

  /** Completes with the exit code when the app ends, for whatever reason. */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Throws the app's last words if it has ended; made to be a gate for connecting. */
  public void requireAlive() throws FailureException {
    if (!process.isAlive()) {
      throw died();
    }
  }

  /**
   * Waits until the app answers over ABCI, however slowly it boots.
   *
   * @throws FailureException with its last lines if it ends before, or the time is over
   */
  public void awaitReady(final ConnectionSettings settings) throws FailureException {
    try (AbciTransport probe =
        AbciDialer.open("boot", launch.address(), settings, this::requireAlive)) {
      probe.flush();
    } catch (final FailureException e) {
      // its own last words tell more than a lost connection
      requireAlive();
      throw e;
    }
  }

  private FailureException died() {
    try {
      output.awaitEnd(LAST_WORDS_WITHIN);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    final List<String> lines = output.lastLines();
    return new FailureException(
        FailureKind.APP,
        "The app "
            + launch.program()
            + " ended by itself with "
            + exitWords(process.exitValue())
            + (lines.isEmpty()
                ? " and said nothing."
                : ". Its last lines:\n  " + String.join("\n  ", lines)),
        "The whole log is " + logFile() + ".");
  }

  private static String exitWords(final int code) {
    return code > SIGNAL_BASE ? "signal " + (code - SIGNAL_BASE) : "exit code " + code;
  }

  /**
   * Ends the app: SIGTERM, repeated; SIGKILL when the policy's limit is over, which is said in the
   * log. Returns when it is gone.
   *
   * @throws FailureException if it survives even that
   */
  public void stop() throws FailureException, InterruptedException {
    stopping.lockInterruptibly();
    try {
      if (stopped) {
        return;
      }
      final AppLaunch.StopPolicy policy = launch.stop();
      final ProcessStop stop = new ProcessStop(process.toHandle(), policy.repeat(), policy.limit());
      report(stop.run(), stop.signals());
      process.waitFor(); // its exit code is known a moment after its end
      output.awaitEnd(LAST_WORDS_WITHIN);
      forget();
      stopped = true;
    } finally {
      stopping.unlock();
    }
  }

  private void report(final ProcessStop.Outcome outcome, final int signals)
      throws FailureException {
    switch (outcome) {
      case ENDED -> LOG.info("The app has ended after {} SIGTERM", signals);
      case KILLED ->
          LOG.warn(
              "The app did not end within {} s after {} SIGTERM and was killed; its database is"
                  + " what it would be after a crash",
              launch.stop().limit().toSeconds(),
              signals);
      case SURVIVED ->
          throw new FailureException(
              FailureKind.APP,
              "The app (process " + pid() + ") does not end, not even by SIGKILL.",
              "It is stuck in the operating system, usually on a failing disk. Look there before"
                  + " anything else is started on this home.");
    }
  }

  private void forget() {
    try {
      record.clear();
    } catch (final IOException e) {
      LOG.warn("The record of the ended app can't be removed: {}", e.toString());
    }
    atExit.release();
  }

  /** As {@link #stop}; an interrupt ends the waiting, not the app. */
  @Override
  public void close() throws FailureException {
    try {
      stop();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
