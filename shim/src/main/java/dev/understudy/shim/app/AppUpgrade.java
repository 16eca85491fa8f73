package dev.understudy.shim.app;

import dev.understudy.handoff.process.UpgradePlan;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an app says when it stops for an upgrade, and what is told to the operator then. */
public final class AppUpgrade {
  /** SDK, x/upgrade/abci.go: BuildUpgradeNeededMsg. */
  private static final Pattern NEEDED =
      Pattern.compile("UPGRADE \\\\?\"([^\"\\\\]{1,200})\\\\?\" NEEDED at height: (\\d{1,18})");

  private AppUpgrade() {}

  /** The upgrade that an app names when it refuses a block; for one whose home isn't ours. */
  public static Optional<UpgradePlan> namedIn(final FailureException refusal) {
    final Matcher matcher = NEEDED.matcher(String.valueOf(refusal.getMessage()));
    if (!matcher.find()) {
      return Optional.empty();
    }
    final long height = Long.parseLong(matcher.group(2));
    return UpgradePlan.isValid(matcher.group(1), height)
        ? Optional.of(new UpgradePlan(matcher.group(1), height))
        : Optional.empty();
  }

  /** Without cosmovisor the operator changes the binary; {@code how} says where. */
  public static FailureException needed(final UpgradePlan plan, final String how) {
    return new FailureException(
        FailureKind.APP,
        "the app has stopped for %s: blocks from there on need the binary of '%s'"
            .formatted(plan, plan.name()),
        how + ": it goes on from there.");
  }
}
