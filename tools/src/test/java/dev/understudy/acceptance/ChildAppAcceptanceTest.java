package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Apps that open databases or take long while they boot, that die, and orderly stops. */
final class ChildAppAcceptanceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A container runtime kills so long after SIGTERM. */
  private static final Duration ORDERLY = Duration.ofSeconds(10);

  private static final Pattern EXECUTING = Pattern.compile("from height \\d+ to \\d+");
  private static final int APP_FAILED = 5;
  private static final int STOPPED = 143;

  /** What some apps do when they start: they open the node's databases. */
  private static final String OPEN_DATABASES =
      """
      for db in "$home"/data/*.db "$home"/data/*.db.unsealed; do
        [ -d "$db" ] || continue
        if flock -n "$db/LOCK" true; then echo "free $db"; else echo "held $db"; fi
      done >> "$home/boot.log"
      '%s' experimental-compact-goleveldb --home "$home" >> "$home/boot.log" 2>&1\
      """
          .formatted(RealNodes.binary(RealBinary.COMETBFT_0_38));

  /** Once: later boots of the home go on at once. */
  private static final String HANG_ONCE =
      """
      if [ ! -e "$home/hung" ]; then
        touch "$home/hung"
        sleep 300
      fi\
      """;

  @RegisterExtension static final TestBed shared = new TestBed();
  private static KvChain chain;

  @RegisterExtension final TestBed bed = new TestBed();

  @BeforeAll
  static void record() {
    chain = KvChain.record(shared, "understudy-child", 400);
  }

  @Test
  void leavesDatabasesToAnAppThatOpensThemWhileItBoots() throws IOException {
    final NodeHome home = chain.home(bed, "opened");
    final LeftoverProcesses leftovers = LeftoverProcesses.of(bed, home);
    final List<String> flags = child("opens", OPEN_DATABASES);

    // the home: new, sealed, left unsealed by a kill
    chain.sync(bed, home, plus(flags, "--target-height", "100")).awaitDone(PATIENCE);
    final UnderstudyProcess killed = chain.sync(bed, home, flags);
    killed.awaitOutput(EXECUTING, PATIENCE);
    killed.kill();
    assertThat(home.data().resolve("blockstore.db.unsealed")).isDirectory();
    chain.sync(bed, home, flags).awaitDone(PATIENCE);

    final String boots = Files.readString(home.path().resolve("boot.log"));
    assertThat(boots).contains("free").contains("unsealed").doesNotContain("held");
    assertThat(boots).doesNotContainIgnoringCase("temporarily unavailable");
    assertThat(leftovers.found()).isEmpty();
    assertUndisturbed(home);
  }

  @Test
  void goesOnAfterAKillWhileAnAppThatOpensDatabasesBoots() {
    final NodeHome home = chain.home(bed, "killed-in-boot");
    final LeftoverProcesses leftovers = LeftoverProcesses.of(bed, home);
    final UnderstudyProcess first = chain.sync(bed, home, child("serves"));
    first.awaitOutput(EXECUTING, PATIENCE);
    first.kill();

    final List<String> flags = child("opens-and-hangs", OPEN_DATABASES, HANG_ONCE);
    final UnderstudyProcess booting = chain.sync(bed, home, flags);
    awaitHung(home);
    booting.kill();
    chain.sync(bed, home, flags).awaitDone(PATIENCE);

    assertThat(leftovers.found()).isEmpty();
    assertUndisturbed(home);
  }

  @Test
  void stopsInOrderWhileTheAppBoots() {
    final NodeHome home = chain.home(bed, "stopped-in-boot");
    final LeftoverProcesses leftovers = LeftoverProcesses.of(bed, home);
    final List<String> flags = child("hangs", HANG_ONCE);
    final UnderstudyProcess booting = chain.sync(bed, home, flags);
    awaitHung(home);
    booting.terminate();

    assertThat(booting.awaitExit(ORDERLY)).isEqualTo(STOPPED);
    assertThat(leftovers.found()).isEmpty();
    chain.sync(bed, home, flags).awaitDone(PATIENCE);
    UnkilledHome.assertSealed(home);
  }

  @Test
  void namesHeightAndLastWordsOfAnAppThatDiesAsChild() {
    final NodeHome home = chain.home(bed, "child-dies");
    final LeftoverProcesses leftovers = LeftoverProcesses.of(bed, home);
    final UnderstudyProcess run = chain.sync(bed, home, child("dies"));
    run.awaitOutput(EXECUTING, PATIENCE);
    leftovers.app().destroyForcibly();

    assertThat(run.awaitExit(PATIENCE)).isEqualTo(APP_FAILED);
    assertThat(run.output())
        .containsPattern("error: .*(block|height) \\d+")
        .contains("signal 9")
        .contains("kvapp serves at");
    chain.sync(bed, home, child("dies")).awaitDone(PATIENCE);
    assertUndisturbed(home);
  }

  @Test
  void namesHeightWhenASeparateAppDies() {
    final NodeHome home = chain.home(bed, "separate-dies");
    final KvApp app = KvApp.of(bed, home).start();
    final UnderstudyProcess run = chain.sync(bed, home, List.of());
    run.awaitOutput(EXECUTING, PATIENCE);
    app.kill();

    assertThat(run.awaitExit(PATIENCE)).isEqualTo(APP_FAILED);
    assertThat(run.output()).containsPattern("error: .*(block|height) \\d+");
    app.start();
    chain.sync(bed, home, List.of()).awaitDone(PATIENCE);
    assertUndisturbed(home);
  }

  private List<String> child(final String name, final String... boot) {
    return List.of("--binary", KvBinary.write(bed.folder(), name, List.of(boot)).toString());
  }

  private static List<String> plus(final List<String> flags, final String... more) {
    final List<String> all = new java.util.ArrayList<>(flags);
    all.addAll(List.of(more));
    return all;
  }

  private static void awaitHung(final NodeHome home) {
    final Path hung = home.path().resolve("hung");
    Awaitility.await("the app hangs in its boot").atMost(PATIENCE).until(() -> Files.exists(hung));
  }

  private void assertUndisturbed(final NodeHome home) {
    final NodeHome reference = chain.home(bed, "undisturbed");
    final KvApp app = KvApp.of(bed, reference).start();
    chain.sync(bed, reference, List.of()).awaitDone(PATIENCE);
    app.stop();
    new UnkilledHome(reference).assertSame(home);
  }
}
