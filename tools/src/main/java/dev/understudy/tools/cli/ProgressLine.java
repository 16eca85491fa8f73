package dev.understudy.tools.cli;

import dev.understudy.shim.status.Rates;
import dev.understudy.shim.status.SyncCounts;
import dev.understudy.shim.status.SyncPhase;
import dev.understudy.shim.status.SyncSnapshot;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A snapshot as one line of text, the same for terminals and logs. */
final class ProgressLine {
  private static final double MEGABYTE = 1e6;
  private static final int HUNDRED = 100;
  private static final String UNKNOWN = "-";

  private ProgressLine() {}

  static String of(final SyncSnapshot snapshot) {
    final SyncCounts counts = snapshot.counts();
    final Rates now = snapshot.now();
    if (counts.phase() == SyncPhase.STARTING) {
      return String.format(Locale.ROOT, "starting, %.1f MB/s", now.bytes() / MEGABYTE);
    }
    return String.format(
        Locale.ROOT,
        "height %d%s, %s blocks/s (overall %s), ETA %s, app idle %s, %.1f MB/s",
        counts.height(),
        target(snapshot),
        speed(now.blocks()),
        speed(snapshot.overall().blocks()),
        eta(snapshot.eta()),
        percent(now.appIdleShare()),
        now.bytes() / MEGABYTE);
  }

  private static String target(final SyncSnapshot snapshot) {
    if (snapshot.counts().target().isEmpty()) {
      return "";
    }
    // never rounded up: 100 % is the target and nothing below
    final double percent = Math.floor(snapshot.share().orElse(0) * HUNDRED * HUNDRED) / HUNDRED;
    return String.format(
        Locale.ROOT, "/%d %.2f%%", snapshot.counts().target().getAsLong(), percent);
  }

  /** One digit behind the point for slow chains only. */
  private static String speed(final double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%.0f", perSecond);
  }

  private static String percent(final OptionalDouble share) {
    return share.isPresent()
        ? String.format(Locale.ROOT, "%.1f%%", HUNDRED * share.getAsDouble())
        : UNKNOWN;
  }

  private static String eta(final Optional<Duration> eta) {
    if (eta.isEmpty()) {
      return UNKNOWN;
    }
    final Duration left = eta.get();
    if (left.toDays() > 0) {
      return left.toDays() + "d" + left.toHoursPart() + "h";
    }
    if (left.toHours() > 0) {
      return left.toHours() + "h" + left.toMinutesPart() + "m";
    }
    return left.toMinutes() > 0
        ? left.toMinutes() + "m" + left.toSecondsPart() + "s"
        : left.toSeconds() + "s";
  }
}
