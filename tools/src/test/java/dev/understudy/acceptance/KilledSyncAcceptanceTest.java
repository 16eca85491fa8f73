package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code kill -9} of Understudy, of its app and of both at random instants, in an orderly stop too:
 * the same command again goes on, and the home it ends with is the one that an undisturbed run
 * makes. With {@code -Dunderstudy.kills=150} the nightly form.
 */
final class KilledSyncAcceptanceTest {
  private static final Logger LOG = LoggerFactory.getLogger(KilledSyncAcceptanceTest.class);
  private static final int KILLS = Integer.getInteger("understudy.kills", 20);
  private static final long HEIGHTS = 700;
  private static final int STRIDE = 80;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @RegisterExtension static final TestBed shared = new TestBed();
  private static KvChain chain;
  private static UnkilledHome undisturbed;

  @RegisterExtension final TestBed bed = new TestBed();

  @BeforeAll
  static void recordAndSyncUndisturbed() {
    chain = KvChain.record(shared, "understudy-killed", HEIGHTS);
    final NodeHome home = chain.home(shared, "undisturbed");
    final KvApp app = KvApp.of(shared, home).start();
    chain.sync(shared, home, List.of()).awaitDone(PATIENCE);
    app.stop();
    undisturbed = new UnkilledHome(home);
    UnkilledHome.assertSealed(home);
  }

  @Test
  void finishesAfterKillsWithTheAppAsChild() {
    final Path binary = KvBinary.write(bed.folder());
    final RandomKills kills = new RandomKills(KILLS, chain.tip(), STRIDE);
    NodeHome home;
    int round = 0;
    do {
      home = chain.home(bed, "round" + round++);
      final LeftoverProcesses leftovers = LeftoverProcesses.of(bed, home);
      final List<String> flags = List.of("--binary", binary.toString());
      boolean done = false;
      while (!done) {
        final UnderstudyProcess run = chain.sync(bed, home, flags);
        if (!kills.disturbed(run, home, leftovers::killApp)) {
          run.awaitDone(PATIENCE);
          done = true;
        }
      }
      assertThat(leftovers.found()).isEmpty();
      undisturbed.assertSame(home);
    } while (!kills.enough());
    assertRealNodeOpens(home);
  }

  @Test
  void finishesAfterKillsBesideASeparateAppThatIsRestartedWhenAsked() {
    final RandomKills kills = new RandomKills(KILLS, chain.tip(), STRIDE);
    NodeHome home;
    int round = 0;
    do {
      home = chain.home(bed, "round" + round++);
      final KvApp app = KvApp.of(bed, home).start();
      boolean done = false;
      while (!done) {
        if (!app.isRunning()) {
          app.start();
        }
        final UnderstudyProcess run = chain.sync(bed, home, List.of());
        if (!kills.disturbed(run, home, () -> RandomKills.killed(app))) {
          done = !kills.restartedAsAsked(run, app);
        }
      }
      app.stop();
      undisturbed.assertSame(home);
    } while (!kills.enough());
    LOG.info("the app had to be restarted {} times", kills.restarts());
    assertThat(kills.restarts()).as("some kills hit the middle of a block").isPositive();
    assertRealNodeOpens(home);
  }

  private void assertRealNodeOpens(final NodeHome home) {
    final RealNode node = chain.node(bed, home, KvApp.of(bed, home));
    node.start().waitForHeight(chain.tip());
    HandshakeLog.of(node).assertOpenedWithoutReplay(chain.tip());
    assertThat(node.rpc().block(chain.tip()).at("/block/header/height").asLong())
        .isEqualTo(chain.tip());
  }
}
