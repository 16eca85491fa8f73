package dev.understudy.handoff.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The upgrades of a chain in the order of their heights. */
public final class UpgradeSchedule {
  private static final String GENESIS = "genesis";

  private final List<UpgradePlan> plans;

  private UpgradeSchedule(final List<UpgradePlan> plans) {
    this.plans = plans;
  }

  /**
   * Of two plans with one name the one in {@code local} counts: it happened on this machine. Plans
   * at or below the chain's first height name the program that the chain began with, and are left
   * out. Of two plans at one height the later in the list counts, as for KSYNC.
   */
  public static UpgradeSchedule of(
      final List<UpgradePlan> published, final List<UpgradePlan> local, final long initialHeight) {
    final List<UpgradePlan> all = new ArrayList<>();
    for (final UpgradePlan plan : published) {
      if (local.stream().noneMatch(plan::hasNameOf)) {
        all.add(plan);
      }
    }
    all.addAll(local);
    all.removeIf(plan -> plan.height() <= initialHeight || plan.name().equals(GENESIS));
    all.sort(Comparator.comparingLong(UpgradePlan::height));
    return new UpgradeSchedule(List.copyOf(all));
  }

  /** The last upgrade at or below the height; empty while the chain's first program is right. */
  public Optional<UpgradePlan> inForceAt(final long height) {
    return plans.stream().filter(plan -> plan.height() <= height).reduce((first, last) -> last);
  }
}
