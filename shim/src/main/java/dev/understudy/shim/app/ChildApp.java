package dev.understudy.shim.app;

import dev.understudy.handoff.process.CosmovisorLayout;
import dev.understudy.handoff.process.UpgradeNotice;
import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child app through its chain's upgrades: one process after the other, each with the program that
 * its blocks need. For one thread, but for {@link AppProcess}' own promises; whoever started it
 * closes it.
 */
public final class ChildApp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChildApp.class);

  /** Cosmovisor looks every 300 ms (DAEMON_POLL_INTERVAL) and then kills the app. */
  private static final Duration NOTICED_WITHIN = Duration.ofSeconds(10);

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final AppLaunch launch;
  private final Duration noticedWithin;
  private AppProcess process;
  private UpgradeNotice notice;
  private Optional<Path> version;

  private ChildApp(final AppLaunch launch, final Duration noticedWithin)
      throws FailureException, InterruptedException {
    this.launch = launch;
    this.noticedWithin = noticedWithin;
    this.notice = UpgradeNotice.watch(launch.home());
    this.version = launch.program().cosmovisor().flatMap(CosmovisorLayout::current);
    this.process = AppProcess.start(launch);
  }

  /** Starts the first process, see {@link AppProcess#start}. */
  public static ChildApp start(final AppLaunch launch)
      throws FailureException, InterruptedException {
    return new ChildApp(launch, NOTICED_WITHIN);
  }

  static ChildApp start(final AppLaunch launch, final Duration noticedWithin)
      throws FailureException, InterruptedException {
    return new ChildApp(launch, noticedWithin);
  }

  /** The process of now; {@link #upgrade} may put another in its place. */
  public AppProcess process() {
    return process;
  }

  /** The upgrade that the app has stopped for since it was started. */
  public Optional<UpgradePlan> stoppedFor() {
    return notice.written();
  }

  /**
   * Throws words for the operator without cosmovisor, or when its folder lacks the upgrade's
   * program: the operator must put it there.
   */
  public void requireUpgradable(final UpgradePlan plan) throws FailureException {
    final CosmovisorLayout layout = layout(plan);
    if (!layout.isInstalled(plan) && !layout.mayDownload()) {
      throw missing(layout, plan);
    }
    requireOther(layout, plan);
  }

  private CosmovisorLayout layout(final UpgradePlan plan) throws FailureException {
    return launch
        .program()
        .cosmovisor()
        .orElseThrow(
            () -> AppUpgrade.needed(plan, "Run the same command with --binary naming that binary"));
  }

  /**
   * Sees to it that the upgrade's program is started, which takes its time to boot as any other.
   * Cosmovisor is left to do it; one that does not (from 1.6 on it asks the node's RPC for the
   * height, which is not there) is started anew with its link led to that program.
   */
  public void upgrade(final UpgradePlan plan) throws FailureException, InterruptedException {
    final CosmovisorLayout layout = layout(plan);
    LOG.info("the app has stopped for {}", plan);
    final boolean switched = awaitSwitch(layout, plan);
    notice = UpgradeNotice.watch(launch.home());
    if (switched) {
      version = layout.current();
      LOG.info("cosmovisor goes on with {}", layout.programOf(plan));
      return;
    }
    process.stop();
    if (!layout.isInstalled(plan)) {
      throw missing(layout, plan);
    }
    layout.select(plan);
    LOG.info("cosmovisor is started anew with {}", layout.programOf(plan));
    version = layout.current();
    process = AppProcess.start(launch);
  }

  /** A program that stops for the upgrade which it is installed for would do so for ever. */
  private void requireOther(final CosmovisorLayout layout, final UpgradePlan plan)
      throws FailureException {
    if (version.isPresent() && layout.isCurrent(plan) && layout.current().equals(version)) {
      throw new FailureException(
          FailureKind.APP,
          "%s was started and has stopped for %s: it is not the binary of that upgrade"
              .formatted(layout.programOf(plan), plan),
          "Put the right binary there, then run the same command again: it goes on from there.");
    }
  }

  /** False when cosmovisor has ended, or leaves the old app running. */
  private boolean awaitSwitch(final CosmovisorLayout layout, final UpgradePlan plan)
      throws InterruptedException {
    final long deadline = System.nanoTime() + noticedWithin.toNanos();
    final CompletableFuture<Integer> exit = process.onExit();
    while (!exit.isDone()) {
      if (layout.isCurrent(plan)) {
        return true;
      }
      // with the old app gone cosmovisor is at it: backups and downloads may take very long
      if (System.nanoTime() > deadline && process.isListening()) {
        return false;
      }
      try {
        // a link tells nobody when it is replaced
        exit.get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      } catch (final TimeoutException | ExecutionException notYet) {
        LOG.trace("cosmovisor has not switched yet");
      }
    }
    return false;
  }

  private static FailureException missing(final CosmovisorLayout layout, final UpgradePlan plan) {
    return new FailureException(
        FailureKind.APP,
        "the app has stopped for %s, and cosmovisor has no binary for it: there is no %s"
            .formatted(plan, layout.programOf(plan)),
        "Put the binary of that version there (cosmovisor add-upgrade "
            + plan.name()
            + " FILE does), then run the same command again: it goes on from there.");
  }

  /** Stops the process, see {@link AppProcess#close}. */
  @Override
  public void close() throws FailureException {
    process.close();
  }
}
