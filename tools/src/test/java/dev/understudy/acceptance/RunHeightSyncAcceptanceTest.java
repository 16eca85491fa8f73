package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code understudy run} by the nearest snapshot: a simd network of four validators. */
final class RunHeightSyncAcceptanceTest {
  private static final long SYNCED = RunKind.BEHIND_SNAPSHOT - 1;

  @RegisterExtension final TestBed bed = new TestBed();

  @Test
  void emptyHomeGoesLiveByTheNearestSnapshot() {
    final RunStage stage = RunKind.SIMD_FROM_SNAPSHOT.open(bed);
    final Newcomer newcomer = stage.newcomer("home");
    final NodeHome home = newcomer.home();

    final String dry =
        stage.runs().run(home, newcomer.flagsAnd("--dry-run")).awaitDone(RunBed.RUN_TIME);
    assertThat(dry)
        .containsPattern(
            "estimate +snapshot of height %d: \\d+ chunks?, .*; then %d blocks"
                .formatted(RunKind.SNAPSHOT, SYNCED - RunKind.SNAPSHOT));
    assertThat(home.data().resolve("state.db")).doesNotExist();

    final String output = stage.runs().run(home, newcomer.flags()).awaitDone(RunBed.RUN_TIME);

    assertThat(output)
        .contains("the nearest snapshot at or below height " + SYNCED)
        .contains("synced     %d blocks to height %d".formatted(SYNCED - RunKind.SNAPSHOT, SYNCED));
    stage.runs().assertLive(newcomer.node(), output);
    RunBed.assertWithoutReplay(home);
    assertThat(newcomer.node().rpc().status().at("/sync_info/earliest_block_height").asLong())
        .isEqualTo(RunKind.SNAPSHOT + 1);
  }
}
