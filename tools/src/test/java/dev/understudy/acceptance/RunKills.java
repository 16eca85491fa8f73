package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGKILL to runs, in the order in which they do their work: before, in and after the hand-over, at
 * random instants of each. What a run has said when it is dead tells which of them it was in. For
 * one test's thread.
 */
final class RunKills {
  private static final Logger LOG = LoggerFactory.getLogger(RunKills.class);
  private static final int APP_FAILED = 5;
  private static final int HOME_STATE = 8;
  private static final int LAST_TRIES = 4;
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  /** At most this late until a phase was hit once, so that a fast machine does not miss it. */
  private static final int AT_ONCE_MILLIS = 60;

  private final TestBed bed;
  private final RunBed runs;
  private final Random random;
  private final Map<Phase, Integer> hits = new EnumMap<>(Phase.class);
  private int nodesKilled;

  RunKills(final TestBed bed, final RunBed runs, final Random random) {
    this.bed = bed;
    this.runs = runs;
    this.random = random;
  }

  /** Where a run is, by the last of these that it has said. */
  enum Phase {
    BEFORE("(?m)^plan ", 2_500),
    IN("(?m)^synced |^plan .*the archive leads no further", 700),
    AFTER("(?m)^node +(started|at height) |^plan .*it is followed", 2_500);

    private final Pattern begins;
    private final int millis;

    Phase(final String begins, final int millis) {
      this.begins = Pattern.compile(begins);
      this.millis = millis;
    }

    private boolean begunIn(final String output) {
      return begins.matcher(output).find();
    }

    private static Phase of(final String output) {
      return AFTER.begunIn(output) ? AFTER : IN.begunIn(output) ? IN : BEFORE;
    }
  }

  /** Kills runs of the same command, then lets one come to its end: the node must be live. */
  void untilLive(final Newcomer newcomer) {
    final Phase[] phases = Phase.values();
    // one of them twice in a row
    final Phase twice = phases[random.nextInt(phases.length)];
    final List<Phase> aims = new ArrayList<>();
    for (final Phase phase : phases) {
      aims.addAll(phase == twice ? List.of(phase, phase) : List.of(phase));
    }
    for (final Phase aim : aims) {
      while (!killed(newcomer, aim)) {
        // told what to do, and done: the same aim again
      }
    }
    UnderstudyProcess last = runs.run(newcomer.home(), newcomer.flags());
    for (int i = 0; last.awaitExit(RunBed.RUN_TIME) != 0 && i < LAST_TRIES; i++) {
      goOnAsTold(last, newcomer);
      last = runs.run(newcomer.home(), newcomer.flags());
    }
    runs.assertLive(newcomer.node(), last.awaitDone(RunBed.RUN_TIME));
  }

  boolean hitEveryPhase() {
    return hits.keySet().equals(EnumSet.allOf(Phase.class));
  }

  void assertEveryPhaseWasHit() {
    LOG.info("kills: {}, of the node too: {}", hits, nodesKilled);
    assertThat(hits.keySet()).as("phases that kills fell in").isEqualTo(EnumSet.allOf(Phase.class));
  }

  /** False when the run ended before with something for the operator to do, which is done now. */
  private boolean killed(final Newcomer newcomer, final Phase aim) {
    final UnderstudyProcess run = runs.run(newcomer.home(), newcomer.flags());
    if (aim != Phase.BEFORE || random.nextInt(4) > 0) {
      Awaitility.await("the run comes to " + aim)
          .atMost(RunBed.RUN_TIME)
          .pollInterval(LOOK_EVERY)
          .until(() -> aim.begunIn(run.output()) || isPast(run, aim) || !run.isAlive());
    }
    final int most = hits.containsKey(aim) ? aim.millis : AT_ONCE_MILLIS;
    final long until = System.nanoTime() + random.nextInt(most) * 1_000_000L;
    while (System.nanoTime() < until && !isPast(run, aim) && !run.endsWithin(LOOK_EVERY)) {
      // goes on with its work
    }
    if (!run.isAlive()) {
      final boolean live = run.awaitExit(Duration.ZERO) == 0;
      if (!live) {
        goOnAsTold(run, newcomer);
      }
      return live;
    }
    run.kill();
    final Phase hit = Phase.of(run.output());
    hits.merge(hit, 1, Integer::sum);
    if (hit == Phase.AFTER && random.nextInt(3) == 0) {
      // as where a container or the machine ends
      RunBed.endNode(newcomer.home());
      nodesKilled++;
    }
    return true;
  }

  private static boolean isPast(final UnderstudyProcess run, final Phase aim) {
    return Phase.of(run.output()).compareTo(aim) > 0;
  }

  /**
   * A separate app that was left in the middle of a block has to be started again, a restore that
   * was killed in the middle begun anew: the messages say so.
   */
  private void goOnAsTold(final UnderstudyProcess run, final Newcomer newcomer) {
    final int code = run.awaitExit(Duration.ZERO);
    if (code == APP_FAILED) {
      assertThat(run.output()).contains("estart the app");
      newcomer.app().orElseThrow().restart();
    } else {
      assertThat(code).as(run.output()).isEqualTo(HOME_STATE);
      assertThat(run.output()).contains("understudy reset-all");
      UnderstudyProcess.start(bed, "reset-all", "--home", newcomer.home().path().toString(), "-y")
          .awaitDone(Duration.ofMinutes(1));
    }
  }
}
