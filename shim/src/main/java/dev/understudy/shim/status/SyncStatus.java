package dev.understudy.shim.status;

import dev.understudy.shim.BlockSync;
import dev.understudy.shim.abci.transport.BusyTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes snapshots of a running sync. Speeds are differences to earlier looks, which are kept for a
 * minute: whoever wants speeds of the last seconds looks about once a second. Safe for many
 * threads; a look never blocks.
 */
public final class SyncStatus {
  private static final long NOW_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long ETA_NANOS = Duration.ofSeconds(60).toNanos();

  /** Looks closer together than this don't move the window, so that it stays small. */
  private static final long SPACING_NANOS = Duration.ofMillis(250).toNanos();

  private static final double NANOS_PER_SECOND = 1e9;

  private final Supplier<SyncCounts> source;
  private final LongSupplier nanoClock;
  private final Deque<Look> looks = new ArrayDeque<>();

  private record Look(long nanos, SyncCounts counts) {}

  /** What is counted comes from {@code source}, which must not block. */
  public SyncStatus(final Supplier<SyncCounts> source, final LongSupplier nanoClock) {
    this.source = source;
    this.nanoClock = nanoClock;
  }

  public static SyncStatus of(final BlockSync sync) {
    return new SyncStatus(() -> SyncCounts.of(sync), System::nanoTime);
  }

  /** The plain numbers, without a look at speeds. */
  public SyncCounts counts() {
    return source.get();
  }

  public synchronized SyncSnapshot snapshot() {
    final Look look = new Look(nanoClock.getAsLong(), source.get());
    keep(look);
    final SyncCounts counts = look.counts();
    return new SyncSnapshot(
        counts, share(counts), since(look, NOW_NANOS), overall(counts), eta(look));
  }

  private void keep(final Look look) {
    final Look newest = looks.peekLast();
    if (newest == null || look.nanos() - newest.nanos() >= SPACING_NANOS) {
      looks.addLast(look);
    }
    // the newest of those that are old enough stays, as what the window begins with
    while (looks.size() > 1 && look.nanos() - second().nanos() >= ETA_NANOS) {
      looks.removeFirst();
    }
  }

  private Look second() {
    final Iterator<Look> each = looks.iterator();
    each.next();
    return each.next();
  }

  /** The youngest look that is at least this old, else the oldest. */
  private Look atAge(final Look from, final long nanos) {
    Look found = looks.getFirst();
    for (final Look look : looks) {
      if (from.nanos() - look.nanos() < nanos) {
        break;
      }
      found = look;
    }
    return found;
  }

  private Rates since(final Look look, final long age) {
    final Look base = atAge(look, age);
    final SyncCounts is = look.counts();
    final SyncCounts was = base.counts();
    final long nanos = look.nanos() - base.nanos();
    return new Rates(
        perSecond(is.blocks() - was.blocks(), nanos),
        perSecond(is.txs() - was.txs(), nanos),
        perSecond(is.downloads().bytes() - was.downloads().bytes(), nanos),
        idleShare(is.appTimes().since(was.appTimes())));
  }

  private static Rates overall(final SyncCounts counts) {
    final long nanos = counts.runNanos();
    return new Rates(
        perSecond(counts.blocks(), nanos),
        perSecond(counts.txs(), nanos),
        perSecond(counts.downloads().bytes(), nanos),
        idleShare(counts.appTimes()));
  }

  private Optional<Duration> eta(final Look look) {
    final SyncCounts counts = look.counts();
    if (counts.target().isEmpty() || counts.phase() != SyncPhase.SYNCING) {
      return Optional.empty();
    }
    final long left = counts.target().getAsLong() - counts.height();
    if (left <= 0) {
      return Optional.of(Duration.ZERO);
    }
    final double rate = since(look, ETA_NANOS).blocks();
    return rate > 0
        ? Optional.of(Duration.ofSeconds((long) Math.ceil(left / rate)))
        : Optional.empty();
  }

  private static OptionalDouble share(final SyncCounts counts) {
    return counts.target().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(1, (double) counts.height() / counts.target().getAsLong()));
  }

  private static OptionalDouble idleShare(final BusyTime.Sample times) {
    return times.busyNanos() + times.idleNanos() <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(times.idleShare());
  }

  private static double perSecond(final long count, final long nanos) {
    return nanos <= 0 ? 0 : count * NANOS_PER_SECOND / nanos;
  }
}
