package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
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
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int APP_FAILED = 5;
  private static final int STOPPED = 143;

  @RegisterExtension static final TestBed shared = new TestBed();
  private static KvChain chain;
  private static UnkilledHome undisturbed;

  @RegisterExtension final TestBed bed = new TestBed();
  private int kills;
  private int restarts;

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
    final Random random = random();
    NodeHome home;
    int round = 0;
    do {
      home = chain.home(bed, "round" + round++);
      final LeftoverProcesses leftovers = LeftoverProcesses.of(bed, home);
      final List<String> flags = List.of("--binary", binary.toString());
      boolean done = false;
      while (!done) {
        final UnderstudyProcess run = chain.sync(bed, home, flags);
        if (!disturbed(run, home, random, leftovers::killApp)) {
          run.awaitDone(PATIENCE);
          done = true;
        }
      }
      assertThat(leftovers.found()).isEmpty();
      undisturbed.assertSame(home);
    } while (kills < KILLS);
    assertRealNodeOpens(home);
  }

  @Test
  void finishesAfterKillsBesideASeparateAppThatIsRestartedWhenAsked() {
    final Random random = random();
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
        if (!disturbed(run, home, random, () -> killed(app))) {
          done = !restartedAsAsked(run, app);
        }
      }
      app.stop();
      undisturbed.assertSame(home);
    } while (kills < KILLS);
    LOG.info("the app had to be restarted {} times", restarts);
    assertThat(restarts).as("some kills hit the middle of a block").isPositive();
    assertRealNodeOpens(home);
  }

  private static Random random() {
    final long seed = Long.getLong("understudy.kill.seed", System.nanoTime());
    LOG.info("kills by -Dunderstudy.kill.seed={}", seed);
    return new Random(seed);
  }

  /**
   * A third of the kills falls anywhere from the start on. The others fall where blocks are
   * executed, however long this machine takes to come there: some blocks on, or in the last steps
   * when there are no more.
   */
  private boolean disturbed(
      final UnderstudyProcess run,
      final NodeHome home,
      final Random random,
      final BooleanSupplier killApp) {
    if (kills >= KILLS) {
      return false;
    }
    if (heightSent(home) >= chain.tip() && random.nextBoolean()) {
      // every block is put: on a slow machine a run would hardly ever come to its end
      return false;
    }
    if (random.nextInt(3) == 0) {
      run.endsWithin(Duration.ofMillis(random.nextInt(4_000)));
    } else {
      final long from = heightSent(home);
      final long height = Math.min(from + 1 + random.nextInt(80), chain.tip());
      Awaitility.await("block " + height + " is put to the app")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> !run.isAlive() || heightSent(home) >= height);
      run.endsWithin(Duration.ofMillis(random.nextInt(height == chain.tip() ? 400 : 20)));
    }
    if (!run.isAlive()) {
      return false;
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        return appKilled(run, home, killApp);
      }
      case 1 -> {
        if (killApp.getAsBoolean()) {
          kills++;
        }
        run.kill();
        LOG.info("kill {} with its app in block {}", kills + 1, heightSent(home));
      }
      case 2 -> {
        run.terminate();
        if (run.endsWithin(Duration.ofMillis(random.nextInt(300)))) {
          return run.awaitExit(PATIENCE) == STOPPED;
        }
        run.kill();
        LOG.info("kill {} at its stop in block {}", kills + 1, heightSent(home));
      }
      default -> {
        run.kill();
        LOG.info("kill {} in block {}", kills + 1, heightSent(home));
      }
    }
    kills++;
    return true;
  }

  /** Understudy notices by itself; false when there was no app, or nothing left to do for it. */
  private boolean appKilled(
      final UnderstudyProcess run, final NodeHome home, final BooleanSupplier killApp) {
    if (!killApp.getAsBoolean()) {
      return false;
    }
    kills++;
    final int code = run.awaitExit(PATIENCE);
    LOG.info("kill {} of the app in block {}: exit code {}", kills, heightSent(home), code);
    if (code == 0) {
      return false;
    }
    assertThat(code).as(run::output).isEqualTo(APP_FAILED);
    return true;
  }

  private static boolean killed(final KvApp app) {
    if (!app.isRunning()) {
      return false;
    }
    app.kill();
    // one that was not yet connected waits for it
    app.start();
    return true;
  }

  /** The block that Understudy last put to the app, as it notes at once. */
  private static long heightSent(final NodeHome home) {
    final Path mark = home.path().resolve("understudy").resolve("in-flight");
    try {
      return Files.size(mark) < 16 ? 0 : ByteBuffer.wrap(Files.readAllBytes(mark)).getLong(8);
    } catch (final NoSuchFileException e) {
      return 0;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this ended run asked for the app's restart; otherwise it must be done. */
  private boolean restartedAsAsked(final UnderstudyProcess run, final KvApp app) {
    final int code = run.awaitExit(PATIENCE);
    if (code == APP_FAILED && run.output().contains("was left in the middle of block")) {
      assertThat(kills)
          .as("nobody has to restart the app unless Understudy was killed")
          .isPositive();
      app.stop();
      app.start();
      restarts++;
      return true;
    }
    run.awaitDone(PATIENCE);
    return false;
  }

  private void assertRealNodeOpens(final NodeHome home) {
    final RealNode node = chain.node(bed, home, KvApp.of(bed, home));
    node.start().waitForHeight(chain.tip());
    HandshakeLog.of(node).assertOpenedWithoutReplay(chain.tip());
    assertThat(node.rpc().block(chain.tip()).at("/block/header/height").asLong())
        .isEqualTo(chain.tip());
  }
}
