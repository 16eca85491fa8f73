package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code understudy run}: what it says before, what it does when run again, what staying means. */
final class RunAcceptanceTest {
  private static final int STOPPED = 143;

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void cometbftTakesOverTheRunningAppAndTheSameCommandFindsItLive() {
    final RunStage stage = RunKind.SEPARATE_APP.open(bed);
    final RunBed runs = stage.runs();
    final Newcomer newcomer = stage.newcomer("home");
    final NodeHome home = newcomer.home();

    assertThat(runs.run(home, newcomer.flagsAnd("--dry-run")).awaitDone(RunBed.RUN_TIME))
        .contains("the home is empty: blocks 1 to", "estimate   ");
    assertThat(home.data().resolve("state.db")).doesNotExist();

    final String output = runs.run(home, newcomer.flags()).awaitDone(RunBed.RUN_TIME);

    runs.assertLive(newcomer.node(), output);
    assertThat(runs.run(home, newcomer.flags()).awaitDone(RunBed.RUN_TIME))
        .contains("the node that an earlier run started", "live ")
        .doesNotContain("synced");
  }

  @Test
  void stayingParentPassesTheSignalOnAndEndsWithTheNodesCode() {
    final RunStage stage = RunKind.SEPARATE_APP.open(bed);
    final Newcomer newcomer = stage.newcomer("home");

    final UnderstudyProcess staying =
        stage.runs().run(newcomer.home(), newcomer.flagsAnd("--stay"));
    staying.awaitOutput(RunBed.LIVE, RunBed.RUN_TIME);
    final long pid = RunBed.nodeOf(newcomer.home());
    assertThat(ProcessHandle.of(pid)).isPresent();
    staying.terminate();
    final int code = staying.awaitExit(Duration.ofSeconds(60));

    // what cometbft itself ends with when it is told to stop
    final ChildProcess validator = stage.runs().network().node(3).process();
    validator.terminate();
    assertThat(code).isEqualTo(validator.awaitExit(Duration.ofSeconds(30))).isNotEqualTo(STOPPED);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }
}
