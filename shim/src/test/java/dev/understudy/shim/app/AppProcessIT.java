package dev.understudy.shim.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.shim.abci.transport.ConnectionSettings;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AppProcessIT {
  private static final ConnectionSettings SETTINGS =
      ConnectionSettings.defaults(EngineLine.COMETBFT_0_38)
          .withConnectWithin(Duration.ofSeconds(20));
  // sleeps in the background, since a shell takes no signal while a child is in the foreground
  private static final String RUN_ON = "sleep 600 & touch \"$3/up\"; wait $!";

  private final Path folder;

  AppProcessIT(@TempDir final Path folder) {
    this.folder = folder;
  }

  @Test
  void startsWithoutItsEngineOnTheGivenAddress() throws Exception {
    final AbciAddress address = AppProcess.freeAddress();
    try (AppProcess app = start("--with-comet", RUN_ON, address)) {
      awaitUp();

      assertThat(Files.readString(folder.resolve("arguments")).strip())
          .isEqualTo(
              "start --home "
                  + folder
                  + " --with-comet=false --transport socket --address "
                  + address
                  + " --extra");
      assertThat(app.isAlive()).isTrue();
    }
  }

  @Test
  void olderAppsAreToldInTheirOwnWords() throws Exception {
    try (AppProcess app = start("--with-tendermint", RUN_ON, AppProcess.freeAddress())) {
      awaitUp();

      assertThat(Files.readString(folder.resolve("arguments")))
          .contains(" --with-tendermint=false ");
      assertThat(app.isAlive()).isTrue();
    }
  }

  @Test
  void isReadyWhenItAnswersOnItsSocket() throws Exception {
    final AbciAddress address = AppProcess.freeAddress();
    try (AppProcess app = start("--with-comet", RUN_ON, address);
        ServerSocket listener = listenOn(address)) {
      final CompletableFuture<String> asked =
          CompletableFuture.supplyAsync(() -> answerFlush(listener));
      app.awaitReady(SETTINGS);
      awaitUp();

      assertThat(asked.join()).isEqualTo("021200");
    }
  }

  @Test
  void appThatDiesAtItsStartIsQuoted() throws Exception {
    try (AppProcess app =
        start("--with-comet", "echo 'panic: no genesis'; exit 3", AppProcess.freeAddress())) {
      final FailureException failure =
          catchThrowableOfType(FailureException.class, () -> app.awaitReady(SETTINGS));

      assertThat(failure.kind()).isEqualTo(FailureKind.APP);
      assertThat(failure)
          .hasMessageContaining("ended by itself with exit code 3")
          .hasMessageContaining("panic: no genesis");
      assertThat(failure.advice()).contains(app.logFile().toString());
    }
  }

  @Test
  void appThatMissesTwoSignalsEndsAtTheThird() throws Exception {
    final AppProcess app =
        start(
            "--with-comet",
            """
            n=0
            sleep 600 &
            s=$!
            trap 'n=$((n+1)); echo "signal $n"; [ $n -ge 3 ] && exit 0' TERM
            touch "$3/up"
            while true; do wait $s; done
            """,
            AppProcess.freeAddress());
    awaitUp();
    app.stop();

    assertThat(app.isAlive()).isFalse();
    assertThat(app.onExit().join()).isZero();
    assertThat(Files.readAllLines(app.logFile())).contains("signal 1", "signal 2", "signal 3");
    assertNothingIsLeft();
  }

  @Test
  void appThatIgnoresAllSignalsIsKilledAtTheLimit() throws Exception {
    final AppProcess app =
        start(
            "--with-comet",
            "trap '' TERM; sleep 600 & s=$!; touch \"$3/up\"; while true; do wait $s; done",
            AppProcess.freeAddress());
    awaitUp();
    app.stop();

    assertThat(app.onExit().join()).isEqualTo(128 + 9);
    assertNothingIsLeft();
  }

  @Test
  void childOfAWrapperIsEndedToo() throws Exception {
    // this wrapper neither execs nor passes signals on
    final AppProcess app =
        start(
            "--with-comet",
            "sleep 601 & echo $! > \"$3/child\"; touch \"$3/up\"; wait",
            AppProcess.freeAddress());
    awaitUp();
    final long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
    app.stop();

    await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void stoppingTwiceOrAfterItsEndIsHarmless() throws Exception {
    final AppProcess app = start("--with-comet", "exit 0", AppProcess.freeAddress());
    app.onExit().join();
    app.stop();
    app.stop();

    assertThat(app.isAlive()).isFalse();
  }

  @Test
  void appThatPrintsWithoutEndFillsNoDisk() throws Exception {
    final AppProcess app =
        start(
            "--with-comet",
            "head -c 80000000 /dev/zero | tr '\\0' x | fold -w 199; echo the end",
            AppProcess.freeAddress());
    app.onExit().join();
    app.stop();

    final FailureException failure =
        catchThrowableOfType(FailureException.class, app::requireAlive);
    assertThat(failure).hasMessageContaining("the end");
    long total = 0;
    for (final String name : List.of("app.log", "app.log.1", "app.log.2")) {
      total += Files.size(folder.resolve("understudy").resolve(name));
    }
    assertThat(total).isBetween(20_000_000L, 50_400_000L);
    assertThat(folder.resolve("understudy/app.log.3")).doesNotExist();
  }

  @Test
  void foreignProgramOnTheAddressIsNotTakenForTheApp() throws Exception {
    final AbciAddress address = AppProcess.freeAddress();
    final Path binary = FakeApp.script(folder, "--with-comet", RUN_ON);
    try (ServerSocket foreign = listenOn(address)) {
      final FailureException failure =
          catchThrowableOfType(
              FailureException.class,
              () -> AppProcess.start(FakeApp.launch(folder, binary, address)));

      assertThat(foreign.isBound()).isTrue();
      assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(failure).hasMessageContaining("another program listens there");
      assertThat(folder.resolve("arguments")).doesNotExist();
    }
  }

  @Test
  void appLeftBehindByAKilledRunIsEndedFirst() throws Exception {
    final Process orphan = new ProcessBuilder("sleep", "602").start();
    Files.createDirectories(folder.resolve("understudy"));
    new ProcessRecord(folder.resolve("understudy/app.process")).write(orphan.toHandle());
    try (AppProcess app = start("--with-comet", RUN_ON, AppProcess.freeAddress())) {
      awaitUp();

      assertThat(orphan.toHandle().isAlive()).isFalse();
      assertThat(app.isAlive()).isTrue();
    } finally {
      orphan.destroyForcibly();
    }
  }

  @Test
  void recordedNumberOfAnotherProcessIsLeftAlone() throws Exception {
    final Process other = new ProcessBuilder("sleep", "603").start();
    Files.createDirectories(folder.resolve("understudy"));
    Files.writeString(folder.resolve("understudy/app.process"), other.pid() + " 1000000000000\n");
    try (AppProcess app = start("--with-comet", RUN_ON, AppProcess.freeAddress())) {
      awaitUp();

      assertThat(other.isAlive()).isTrue();
      assertThat(app.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void appEndsWithAProcessThatForgotToStopIt() throws Exception {
    final Path binary = FakeApp.script(folder, "--with-comet", "echo $$ > \"$3/pid\"; " + RUN_ON);
    final Process parent =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                ForgetfulParent.class.getName(),
                folder.toString(),
                binary.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("parent.log").toFile())
            .start();
    try {
      awaitUp();
      final long app = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
      parent.toHandle().destroy();

      assertThat(parent.waitFor()).isEqualTo(128 + 15);
      assertThat(ProcessHandle.of(app).filter(ProcessHandle::isAlive)).isEmpty();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void appOfARunThatWasKilledBeforeItKnewItsProcessIsEnded() throws Exception {
    final ProcessRecord record = new ProcessRecord(folder.resolve("app.process"));
    final String mark = UUID.randomUUID().toString();
    record.announce(mark);
    final ProcessBuilder builder = new ProcessBuilder("sleep", "600");
    builder.environment().put(ProcessRecord.MARK_VARIABLE, mark);
    final Process orphan = builder.start();
    final Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      await().until(() -> orphan.info().commandLine().orElse("").contains("600"));
      AppProcess.endLeftover(folder, FakeApp.IMPATIENT);
      assertThat(orphan.toHandle().isAlive()).isFalse();
      assertThat(stranger.isAlive()).isTrue();
      assertThat(folder.resolve("app.process")).doesNotExist();
    } finally {
      orphan.destroyForcibly();
      stranger.destroyForcibly();
    }
  }

  /** Starts an app and then waits to be ended by a signal. */
  static final class ForgetfulParent {
    private ForgetfulParent() {}

    public static void main(final String[] arguments) throws Exception {
      final AppProcess app =
          AppProcess.start(
              FakeApp.launch(
                  Path.of(arguments[0]), Path.of(arguments[1]), AppProcess.freeAddress()));
      app.onExit().join();
    }
  }

  private AppProcess start(final String engineFlag, final String body, final AbciAddress address)
      throws Exception {
    final Path binary = FakeApp.script(folder, engineFlag, body);
    return AppProcess.start(FakeApp.launch(folder, binary, address));
  }

  private void awaitUp() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.exists(folder.resolve("up")));
  }

  private void assertNothingIsLeft() {
    assertThat(folder.resolve("understudy/app.process")).doesNotExist();
  }

  private static ServerSocket listenOn(final AbciAddress address) throws IOException {
    final int port = ((InetSocketAddress) address.toSocketAddress()).getPort();
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  private static String answerFlush(final ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      final byte[] request = socket.getInputStream().readNBytes(3);
      socket.getOutputStream().write(new byte[] {2, 0x1a, 0});
      return HexFormat.of().formatHex(request);
    } catch (final IOException e) {
      return e.toString();
    }
  }
}
