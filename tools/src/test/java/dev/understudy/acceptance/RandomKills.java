package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code kill -9} of Understudy, of its app and of both at random instants, in an orderly stop too,
 * until there were so many. For one test's thread.
 */
final class RandomKills {
  private static final Logger LOG = LoggerFactory.getLogger(RandomKills.class);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int APP_FAILED = 5;
  private static final int STOPPED = 143;

  private final Random random;
  private final int wanted;
  private final long tip;
  private final int stride;
  private int kills;
  private int restarts;

  /**
   * @param wanted after so many kills runs are left alone
   * @param tip the last height of the chain
   * @param stride one kill comes up to so many blocks behind the one before
   */
  RandomKills(final int wanted, final long tip, final int stride) {
    final long seed = Long.getLong("understudy.kill.seed", System.nanoTime());
    LOG.info("kills by -Dunderstudy.kill.seed={}", seed);
    this.random = new Random(seed);
    this.wanted = wanted;
    this.tip = tip;
    this.stride = stride;
  }

  boolean enough() {
    return kills >= wanted;
  }

  /** How often the app was restarted because a run asked for it. */
  int restarts() {
    return restarts;
  }

  /**
   * Whether the run was ended before it was done; otherwise it is to be left alone. A third of the
   * kills falls anywhere from the start on. The others fall where blocks are executed, however long
   * this machine takes to come there: some blocks on, or in the last steps when there are no more.
   */
  boolean disturbed(
      final UnderstudyProcess run, final NodeHome home, final BooleanSupplier killApp) {
    if (enough()) {
      return false;
    }
    if (heightSent(home) >= tip && random.nextBoolean()) {
      // every block is put: on a slow machine a run would hardly ever come to its end
      return false;
    }
    if (random.nextInt(3) == 0) {
      run.endsWithin(Duration.ofMillis(random.nextInt(4_000)));
    } else {
      final long from = heightSent(home);
      final long height = Math.min(from + 1 + random.nextInt(stride), tip);
      Awaitility.await("block " + height + " is put to the app")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> !run.isAlive() || heightSent(home) >= height);
      run.endsWithin(Duration.ofMillis(random.nextInt(height == tip ? 400 : 20)));
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

  /** Whether this ended run asked for the app's restart; otherwise it must be done. */
  boolean restartedAsAsked(final UnderstudyProcess run, final KvApp app) {
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

  /** Kills a separate app and starts it again; false when it did not run. */
  static boolean killed(final KvApp app) {
    if (!app.isRunning()) {
      return false;
    }
    app.kill();
    // one that was not yet connected waits for it
    app.start();
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
}
