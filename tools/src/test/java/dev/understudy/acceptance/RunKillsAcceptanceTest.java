package dev.understudy.acceptance;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code kill -9} of {@code understudy run} before, in and after the hand-over, and the same
 * command again. More rounds with {@code -Dunderstudy.run.rounds=N}, the same ones with {@code
 * -Dunderstudy.seed=N}.
 */
final class RunKillsAcceptanceTest {
  private static final int ROUNDS = Integer.getInteger("understudy.run.rounds", 3);

  /** A phase may be over between two looks: more rounds then, until it was hit. */
  private static final int MOST_ROUNDS = 10 * ROUNDS;

  @RegisterExtension final TestBed bed = new TestBed();

  @ParameterizedTest
  @EnumSource
  void alwaysEndsLive(final RunKind kind) {
    final RunStage stage = kind.open(bed);
    final RunKills kills = new RunKills(bed, stage.runs(), RunBed.random());
    for (int round = 0;
        round < ROUNDS || (!kills.hitEveryPhase() && round < MOST_ROUNDS);
        round++) {
      final Newcomer newcomer = stage.newcomer("home" + round);
      kills.untilLive(newcomer);
      newcomer.end();
    }
    kills.assertEveryPhaseWasHit();
  }
}
