package dev.understudy.handoff.process;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the program for the next block of a home and lets cosmovisor's link lead to it.
 *
 * <p>At an upgrade's own height it is the program before it, unless that has stopped there already:
 * what it writes at its stop tells the new one which of its stores are new (SDK, x/upgrade,
 * UpgradeStoreLoader). The run then goes over to the new one by itself.
 */
public final class VersionSelector {
  private static final Logger LOG = LoggerFactory.getLogger(VersionSelector.class);

  private final CosmovisorLayout layout;
  private final UpgradeSchedule schedule;
  private final Path appHome;

  public VersionSelector(
      final CosmovisorLayout layout, final UpgradeSchedule schedule, final Path appHome) {
    this.layout = layout;
    this.schedule = schedule;
    this.appHome = appHome;
  }

  /**
   * Selects for the next block.
   *
   * @throws FailureException of kind CONFIGURATION when the program is not installed, which names
   *     the place for it
   */
  public void selectFor(final long height) throws FailureException {
    final Optional<UpgradePlan> due = schedule.inForceAt(height);
    final Optional<UpgradePlan> before = schedule.inForceAt(height - 1);
    final boolean atUpgrade = due.isPresent() && due.get().height() == height;
    if (!atUpgrade || hasStoppedFor(due.get())) {
      select(due, height, because(due));
    } else if (layout.isInstalled(folder(before))) {
      select(before, height, "its stop comes before " + due.get());
    } else {
      select(due, height, because(due) + "; the binary before it is not there to stop first");
    }
  }

  private boolean hasStoppedFor(final UpgradePlan plan) {
    return UpgradeNotice.last(appHome)
        .filter(last -> last.hasNameOf(plan) && last.height() == plan.height())
        .isPresent();
  }

  private static String because(final Optional<UpgradePlan> plan) {
    return plan.map(due -> "of " + due).orElse("no upgrade is at or below this height");
  }

  private Path folder(final Optional<UpgradePlan> plan) {
    return plan.map(layout::folderOf).orElseGet(layout::genesis);
  }

  private void select(final Optional<UpgradePlan> plan, final long height, final String why)
      throws FailureException {
    final Path folder = folder(plan);
    if (!layout.isInstalled(folder)) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "height %d needs the binary %s (%s), which is not there"
              .formatted(height, layout.programIn(folder), why),
          "Put the binary of that version there ("
              + plan.map(due -> "cosmovisor add-upgrade " + due.name() + " FILE does")
                  .orElse("cosmovisor init FILE does")
              + "), then run the same command again.");
    }
    if (plan.isPresent()) {
      layout.select(plan.get());
    } else {
      layout.select(folder);
    }
    LOG.info("selected {} for height {}: {}", layout.programIn(folder), height, why);
  }
}
