package dev.understudy.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.understudy.shim.SyncConfig;
import dev.understudy.shim.SyncReport;
import dev.understudy.tools.demo.ObservedApp;
import dev.understudy.tools.demo.UpgradingApp;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Syncs over an upgrade's height with apps that stop there. Cosmovisor is played by scripts on its
 * folder layout; the apps are programs that serve a recorded chain.
 */
@Timeout(180)
class UpgradeIT {
  private static final long UPGRADE = 50;

  /** As cosmovisor up to 1.5: watches the file, kills the app, moves the link, starts again. */
  private static final String WATCHING =
      """
      #!/bin/bash
      [ "$1" = run ] || exit 64
      shift
      root="$DAEMON_HOME/cosmovisor"
      info="$DAEMON_HOME/data/upgrade-info.json"
      [ -L "$root/current" ] || ln -s genesis "$root/current"
      case "$*" in *--help*) exec "$root/current/bin/$DAEMON_NAME" "$@";; esac
      trap 'kill $app; wait $app; exit 0' TERM
      while true; do
        "$root/current/bin/$DAEMON_NAME" "$@" &
        app=$!
        while kill -0 $app 2>/dev/null; do
          name=$(sed -n 's/.*"name":"\\([^"]*\\)".*/\\1/p' "$info" 2>/dev/null)
          if [ -n "$name" ] && [ "$(readlink "$root/current")" != "upgrades/$name" ]; then
            kill -9 $app
            wait $app
            ln -sfn "upgrades/$name" "$root/current"
            echo "upgraded" >> "$DAEMON_HOME/cosmovisor.log"
            continue 2
          fi
          sleep 0.2
        done
        wait $app
        exit $?
      done
      """;

  /** As cosmovisor from 1.6 on where no node's RPC tells the height: it does not switch. */
  private static final String BLIND =
      """
      #!/bin/bash
      [ "$1" = run ] || exit 64
      shift
      [ -L "$DAEMON_HOME/cosmovisor/current" ] || ln -s genesis "$DAEMON_HOME/cosmovisor/current"
      exec "$DAEMON_HOME/cosmovisor/current/bin/$DAEMON_NAME" "$@"
      """;

  private final Path folder;
  private final Path home;
  private final Path root;
  private SyncBed bed;

  UpgradeIT(@TempDir final Path folder) {
    this.folder = folder;
    this.home = folder.resolve("home");
    this.root = home.resolve("cosmovisor");
  }

  @BeforeEach
  void open() throws Exception {
    bed = new SyncBed(RecordedChain.kv1(folder.resolve("archive")), home);
    UpgradingApp.install(root.resolve("genesis/bin/kvd"), "old", UPGRADE);
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  private void installUpgrade() throws IOException {
    UpgradingApp.install(root.resolve("upgrades/v2/bin/kvd"), "new", UPGRADE);
  }

  private SyncConfig.Child cosmovisor(final String script, final Optional<URI> registry)
      throws IOException {
    final Path file = folder.resolve("cosmovisor");
    Files.writeString(file, script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return child(file, registry);
  }

  private static SyncConfig.Child child(final Path binary, final Optional<URI> registry) {
    return new SyncConfig.Child(binary, List.of(), false, registry);
  }

  private Optional<URI> registry() throws IOException {
    final Path file = folder.resolve("registry.yml");
    Files.writeString(
        file,
        """
        understudy-kv1:
          codebase:
            settings:
              upgrades:
              - {name: genesis, height: 1}
              - {name: v2, height: %d}
        """
            .formatted(UPGRADE));
    return Optional.of(file.toUri());
  }

  private SyncReport run(final SyncConfig.App app, final long target) throws Exception {
    return bed.sync(app, OptionalLong.of(target)).run();
  }

  private FailureException failure(final SyncConfig.App app, final long target) {
    return catchThrowableOfType(FailureException.class, () -> run(app, target));
  }

  private void assertSyncedOverTheUpgrade(final long target) throws Exception {
    assertThat(UpgradingApp.executed(home))
        .isEqualTo(
            Stream.concat(
                    LongStream.range(1, UPGRADE).mapToObj(height -> "old " + height),
                    LongStream.rangeClosed(UPGRADE, target).mapToObj(height -> "new " + height))
                .toList());
    try (SealedHome sealed = SealedHome.open(bed)) {
      sealed.standsAt(target).holds(bed.chain(), 1, target);
    }
  }

  private String current() throws IOException {
    return Files.readSymbolicLink(root.resolve("current")).toString();
  }

  @Test
  void runGoesOnWhenCosmovisorRestartsTheApp() throws Exception {
    installUpgrade();
    final SyncReport report = run(cosmovisor(WATCHING, Optional.empty()), 80);

    assertThat(report.reached()).isTrue();
    assertThat(report.startHeight()).isZero();
    assertThat(report.blocks()).isEqualTo(80);
    assertThat(report.commitsVerified()).isPositive();
    assertThat(home.resolve("cosmovisor.log")).content().isEqualTo("upgraded\n");
    assertSyncedOverTheUpgrade(80);
  }

  @Test
  void runGoesOnWhenCosmovisorDoesNotSwitch() throws Exception {
    installUpgrade();
    final SyncReport report = run(cosmovisor(BLIND, Optional.empty()), 80);

    assertThat(report.reached()).isTrue();
    assertThat(current()).isEqualTo("upgrades/v2");
    assertSyncedOverTheUpgrade(80);
  }

  @Test
  void missingBinaryStopsAtTheUpgradeAndTheNextRunGoesOn() throws Exception {
    final FailureException failure = failure(cosmovisor(BLIND, Optional.empty()), 80);

    assertThat(failure.kind()).isEqualTo(FailureKind.APP);
    assertThat(failure)
        .hasMessageContaining("upgrade 'v2' at height 50")
        .hasMessageContaining(root.resolve("upgrades/v2/bin/kvd").toString());
    try (SealedHome sealed = SealedHome.open(bed)) {
      // the refused block is stored: the node's own handshake would put it to the new binary
      assertThat(sealed.state().lastBlockHeight()).isEqualTo(UPGRADE - 1);
      assertThat(sealed.blocks().loadMeta(UPGRADE + 1)).isEmpty();
    }
    installUpgrade();
    run(cosmovisor(BLIND, registry()), 60);
    assertSyncedOverTheUpgrade(60);
  }

  @Test
  void selectsTheBinaryForTheFirstBlock() throws Exception {
    installUpgrade();
    Files.createSymbolicLink(root.resolve("current"), Path.of("upgrades/v2"));
    run(cosmovisor(BLIND, registry()), 20);

    assertThat(current()).isEqualTo("genesis");
    assertThat(UpgradingApp.executed(home)).hasSize(20).startsWith("old 1").endsWith("old 20");
  }

  @Test
  void missingBinaryForTheFirstBlockLeavesTheHomeAsItWas() throws Exception {
    installUpgrade();
    run(cosmovisor(BLIND, registry()), 70);
    Files.delete(root.resolve("upgrades/v2/bin/kvd"));
    final FailureException failure = failure(cosmovisor(BLIND, registry()), 80);

    assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure)
        .hasMessageContaining("height 71")
        .hasMessageContaining(root.resolve("upgrades/v2/bin/kvd").toString());
    assertSyncedOverTheUpgrade(70);
  }

  @Test
  void programOfItsOwnIsNotSelected() throws Exception {
    final FailureException failure =
        failure(child(root.resolve("genesis/bin/kvd"), registry()), 80);

    assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure).hasMessageContaining("--auto-select-binary-version");
    assertThat(home.resolve("executed")).doesNotExist();
  }

  @Test
  void withoutCosmovisorTheOperatorIsToldAndGivesTheOtherBinary() throws Exception {
    installUpgrade();
    final FailureException failure =
        failure(child(root.resolve("genesis/bin/kvd"), Optional.empty()), 80);

    assertThat(failure.kind()).isEqualTo(FailureKind.APP);
    assertThat(failure).hasMessageContaining("upgrade 'v2' at height 50");
    assertThat(failure.advice()).contains("same command").contains("--binary");
    run(child(root.resolve("upgrades/v2/bin/kvd"), Optional.empty()), 60);
    assertSyncedOverTheUpgrade(60);
  }

  @Test
  void separateAppsUpgradeIsToldToo() throws Exception {
    try (ObservedApp app = ObservedApp.open(folder.resolve("app"))) {
      app.onBlock(this::stopForUpgrade);
      final FailureException failure = failure(SyncBed.separate(app.address()), 80);

      assertThat(failure.kind()).isEqualTo(FailureKind.APP);
      assertThat(failure).hasMessageContaining("upgrade 'v2' at height 50");
      assertThat(failure.advice()).startsWith("Start the app with that binary");
    }
  }

  private void stopForUpgrade(final long height) {
    if (height == UPGRADE) {
      try {
        Files.writeString(
            home.resolve("data/upgrade-info.json"), "{\"name\":\"v2\",\"height\":" + height + "}");
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
      throw new IllegalStateException("panic");
    }
  }
}
