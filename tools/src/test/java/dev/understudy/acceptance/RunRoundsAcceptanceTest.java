package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code understudy run} again and again, each time from an empty home to a node that is live in a
 * running network. More of it with {@code -Dunderstudy.run.rounds=N}.
 */
final class RunRoundsAcceptanceTest {
  private static final Logger LOG = LoggerFactory.getLogger(RunRoundsAcceptanceTest.class);
  private static final int ROUNDS = Integer.getInteger("understudy.run.rounds", 3);

  @RegisterExtension final TestBed bed = new TestBed();

  @ParameterizedTest
  @EnumSource
  void emptyHomeGoesLiveWithAShortGapAndNoBlockTwice(final RunKind kind) {
    final RunStage stage = kind.open(bed);
    final List<Gap> gaps = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      final Newcomer newcomer = stage.newcomer("home" + round);
      gaps.add(goesLive(stage.runs(), newcomer));
      newcomer.end();
      LOG.info("{}, round {} of {}: {}", kind, round + 1, ROUNDS, gaps.get(round));
    }
    Gap.assertShort(gaps);
  }

  private Gap goesLive(final RunBed runs, final Newcomer newcomer) {
    final NodeHome home = newcomer.home();
    final Optional<GivenBlocks> given =
        newcomer.app().map(app -> GivenBlocks.before(bed, home, RealLine.LINE_0_38.engine()));
    final Optional<Long> pid = newcomer.app().map(app -> app.process().pid());

    final String output = runs.run(home, newcomer.flags()).awaitDone(RunBed.RUN_TIME);

    runs.assertLive(newcomer.node(), output);
    RunBed.assertWithoutReplay(home);
    given.ifPresent(blocks -> blocks.assertEachOnceUpTo(newcomer.node().rpc().height()));
    newcomer
        .app()
        .ifPresent(
            app -> {
              app.process().requireAlive();
              assertThat(app.process().pid()).isEqualTo(pid.orElseThrow());
            });
    return Gap.of(output);
  }
}
