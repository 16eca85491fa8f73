package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signals to the launcher while a sync with a child app follows its archive. */
final class LauncherAcceptanceTest {
  private static final int STOPPED = 143;
  private static final Pattern AT_THE_END = Pattern.compile("height 120");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A container runtime kills so long after SIGTERM. */
  private static final Duration ORDERLY = Duration.ofSeconds(10);

  private static final Path CHAIN =
      Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "chains", "kv4");

  @RegisterExtension final TestBed bed = new TestBed();
  private NodeHome home;
  private LeftoverProcesses processes;

  @BeforeEach
  void makeHome() {
    home = NodeHome.ofComet(bed, "home", RealNodes.binary(RealBinary.COMETBFT_0_38));
    home.useGenesis(CHAIN.resolve("genesis.json"));
    processes = LeftoverProcesses.of(bed, home);
  }

  private UnderstudyProcess following(final List<String> program) {
    final List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("block-sync", "--home", home.path().toString(), "--follow"));
    arguments.addAll(ArchiveProcess.serve(bed, CHAIN).sourceFlags());
    arguments.addAll(
        List.of("--binary", KvBinary.write(bed.folder(), "kvapp", List.of()).toString()));
    return UnderstudyProcess.startUnder(bed, program, arguments.toArray(String[]::new))
        .awaitOutput(AT_THE_END, PATIENCE);
  }

  @Test
  void sigtermAsProcessOneOfAContainerStopsAppAndClosesHome() {
    final UnderstudyProcess container =
        following(List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child"));
    final ProcessHandle first =
        ProcessHandle.of(container.pid()).orElseThrow().children().findFirst().orElseThrow();
    assertThat(first.info().commandLine().orElse("")).contains("understudy block-sync");

    assertThat(first.destroy()).isTrue();

    assertThat(container.awaitExit(ORDERLY)).as(container.output()).isEqualTo(STOPPED);
    assertStoppedInOrder();
  }

  @Test
  void sigtermIsPassedOnAndItsExitCodeComesBack() {
    final UnderstudyProcess run = following(List.of());
    run.terminate();
    assertThat(run.awaitExit(ORDERLY)).as(run.output()).isEqualTo(STOPPED);
    assertStoppedInOrder();
  }

  @Test
  void killedLauncherTakesItsProcessAlongInOrder() {
    final UnderstudyProcess run = following(List.of());
    run.killLauncher();
    Awaitility.await("Java and the app end")
        .atMost(ORDERLY)
        .untilAsserted(() -> assertThat(processes.found()).isEmpty());
    assertStoppedInOrder();
  }

  private void assertStoppedInOrder() {
    assertThat(processes.found()).isEmpty();
    UnkilledHome.assertSealed(home);
  }
}
