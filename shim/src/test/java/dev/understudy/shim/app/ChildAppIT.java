package dev.understudy.shim.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cosmovisor's ways at an upgrade, played by shell scripts. */
@Timeout(60)
class ChildAppIT {
  private static final UpgradePlan V2 = new UpgradePlan("v2", 50);
  private static final Duration NOTICED_WITHIN = Duration.ofMillis(300);

  /** As cosmovisor from 1.6 on without a node's RPC: it starts what is current and looks away. */
  private static final String BLIND =
      """
      #!/bin/bash
      [ "$1" = run ] || exit 64
      shift
      [ -L "$DAEMON_HOME/cosmovisor/current" ] || ln -s genesis "$DAEMON_HOME/cosmovisor/current"
      exec "$DAEMON_HOME/cosmovisor/current/bin/$DAEMON_NAME" "$@"
      """;

  private final Path folder;
  private final Path root;

  ChildAppIT(@TempDir final Path folder) {
    this.folder = folder;
    this.root = folder.resolve("cosmovisor");
  }

  @BeforeEach
  void install() throws IOException {
    program(folder.resolve("cosmovisor-1.7"), BLIND);
    app("genesis", "sleep 600 & wait $!");
    app("upgrades/v2", "sleep 600 & wait $!");
  }

  private void app(final String version, final String body) throws IOException {
    program(
        root.resolve(version).resolve("bin/appd"),
        """
        #!/bin/bash
        if [ "$2" = --help ]; then echo "  --with-comet"; exit 0; fi
        echo "%s $@" >> "$DAEMON_HOME/started"
        echo "$LD_LIBRARY_PATH $UNSAFE_SKIP_BACKUP" > "$DAEMON_HOME/environment"
        %s
        """
            .formatted(version, body));
  }

  private static void program(final Path file, final String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private ChildApp start() throws Exception {
    final AppProgram program =
        AppProgram.resolve(folder.resolve("cosmovisor-1.7").toString(), folder, Map.of());
    final AppLaunch launch =
        new AppLaunch(
            program,
            folder,
            AppProcess.freeAddress(),
            List.of(),
            folder.resolve("understudy"),
            false,
            FakeApp.IMPATIENT);
    return ChildApp.start(launch, NOTICED_WITHIN);
  }

  private void awaitStarts(final int starts) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> starts().size() == starts);
  }

  private List<String> starts() throws IOException {
    final Path file = folder.resolve("started");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private void stopFor(final UpgradePlan plan) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        folder.resolve("data/upgrade-info.json"),
        "{\"name\":\"%s\",\"height\":%d}".formatted(plan.name(), plan.height()));
  }

  @Test
  void cosmovisorIsRunWithItsVerbAndEnvironment() throws Exception {
    try (ChildApp app = start()) {
      awaitStarts(1);

      assertThat(app.process().isAlive()).isTrue();
      assertThat(starts().get(0))
          .startsWith("genesis start --home " + folder + " --with-comet=false ");
      await()
          .untilAsserted(
              () ->
                  assertThat(folder.resolve("environment"))
                      .hasContent(root.resolve("current/bin") + " true"));
    }
  }

  @Test
  void linkToCosmovisorUnderAnotherNameIsCosmovisor() throws Exception {
    final Path link = folder.resolve("chaind");
    Files.createSymbolicLink(link, folder.resolve("cosmovisor-1.7"));

    final AppProgram program =
        AppProgram.resolve(link.toString(), folder, Map.of("LD_LIBRARY_PATH", "/usr/lib/x"));
    assertThat(program.verbs()).containsExactly("run");
    assertThat(program.environment())
        .containsEntry("DAEMON_NAME", "appd")
        .containsEntry("LD_LIBRARY_PATH", root.resolve("current/bin") + ":/usr/lib/x");
  }

  @Test
  void otherProgramsAreStartedAsTheyAre() throws Exception {
    final AppProgram program =
        AppProgram.resolve(root.resolve("genesis/bin/appd").toString(), folder, Map.of());

    assertThat(program.verbs()).isEmpty();
    assertThat(program.cosmovisor()).isEmpty();
  }

  @Test
  void cosmovisorThatHasEndedIsStartedAnewWithTheUpgrade() throws Exception {
    app("genesis", "exit 2");
    try (ChildApp app = start()) {
      app.process().onExit().join();
      assertThat(app.stoppedFor()).isEmpty();
      stopFor(V2);
      assertThat(app.stoppedFor()).contains(V2);
      app.requireUpgradable(V2);
      app.upgrade(V2);
      awaitStarts(2);

      assertThat(app.process().isAlive()).isTrue();
      assertThat(starts().get(1)).startsWith("upgrades/v2 start");
      assertThat(app.stoppedFor()).as("of the new one").isEmpty();
    }
  }

  @Test
  void cosmovisorThatLeavesTheOldAppRunningIsStartedAnew() throws Exception {
    app("genesis", Listener.command());
    try (ChildApp app = start()) {
      await().atMost(Duration.ofSeconds(30)).until(() -> app.process().isListening());
      final long before = app.process().pid();
      stopFor(V2);
      app.upgrade(V2);
      awaitStarts(2);

      assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(starts().get(1)).startsWith("upgrades/v2 start");
    }
  }

  @Test
  void cosmovisorThatSwitchesIsLeftAlone() throws Exception {
    try (ChildApp app = start()) {
      awaitStarts(1);
      final long before = app.process().pid();
      stopFor(V2);
      Files.delete(root.resolve("current"));
      Files.createSymbolicLink(root.resolve("current"), Path.of("upgrades/v2"));
      app.requireUpgradable(V2);
      app.upgrade(V2);

      assertThat(app.process().pid()).isEqualTo(before);
      assertThat(app.process().isAlive()).isTrue();
    }
  }

  @Test
  void missingBinaryOfAnUpgradeIsToldWithItsPath() throws Exception {
    try (ChildApp app = start()) {
      final FailureException failure =
          catchThrowableOfType(
              FailureException.class, () -> app.requireUpgradable(new UpgradePlan("V3", 90)));

      assertThat(failure.kind()).isEqualTo(FailureKind.APP);
      assertThat(failure)
          .hasMessageContaining("upgrade 'V3' at height 90")
          .hasMessageContaining(root.resolve("upgrades/v3/bin/appd").toString());
      assertThat(failure.advice()).contains("add-upgrade V3");
    }
  }

  @Test
  void binaryThatStopsForItsOwnUpgradeIsNotStartedForEver() throws Exception {
    Files.createSymbolicLink(root.resolve("current"), Path.of("upgrades/v2"));
    try (ChildApp app = start()) {
      final FailureException failure =
          catchThrowableOfType(FailureException.class, () -> app.requireUpgradable(V2));

      assertThat(failure).hasMessageContaining("not the binary of that upgrade");
    }
  }

  @Test
  void appNamesItsUpgradeWhenItRefusesTheBlock() {
    final FailureException refusal =
        new FailureException(
            FailureKind.APP,
            "The app refused FinalizeBlock: UPGRADE \"v2\" NEEDED at height: 50: {\"binaries\":{}}"
                + " on the consensus connection",
            "");

    assertThat(AppUpgrade.namedIn(refusal)).contains(V2);
    assertThat(AppUpgrade.namedIn(new FailureException(FailureKind.APP, "NEEDED", ""))).isEmpty();
  }
}
