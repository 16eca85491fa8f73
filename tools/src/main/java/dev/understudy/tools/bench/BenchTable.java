package dev.understudy.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A result as people read it: every run and the medians. */
public final class BenchTable {
  private static final int MEBI_BITS = 20;

  private BenchTable() {}

  /** Lines without line ends. */
  public static List<String> of(final BenchResult result) {
    final Machine machine = result.machine();
    final Bed bed = result.bed();
    final List<String> lines = new ArrayList<>();
    lines.add(
        "machine   %s, %d cores, %d MiB, %s, %s, homes on %s"
            .formatted(
                machine.cpu(),
                machine.cores(),
                machine.memoryBytes() >> MEBI_BITS,
                machine.system(),
                machine.java(),
                machine.fileSystem()));
    lines.add(
        "chain     %s, blocks %d to %d"
            .formatted(bed.config().archive(), bed.initialHeight(), bed.target()));
    if (machine.syncsCostNothing()) {
      lines.add("note      homes lie in memory: syncs cost nothing here, see --dir");
    }
    if (bed.config().syncDelayMillis() > 0) {
      lines.add("disk      every sync delayed by %d ms".formatted(bed.config().syncDelayMillis()));
    }
    if (bed.config().p2pFlushMillis() != BenchConfig.NODES_P2P_FLUSH_MILLIS) {
      lines.add("p2p       nodes send after %d ms".formatted(bed.config().p2pFlushMillis()));
    }
    lines.add("");
    lines.add(head());
    for (final String peer : result.peers()) {
      for (final Measurement run : result.runsOf(peer)) {
        lines.add(row(peer, Integer.toString(run.round()), figure -> figure.value().apply(run)));
      }
      lines.add(row(peer, "median", figure -> result.median(peer, figure.value())));
    }
    return lines;
  }

  private interface Cells {
    OptionalDouble of(Figure figure);
  }

  private static String head() {
    final StringBuilder line = new StringBuilder("%-11s%-7s".formatted("peer", "round"));
    for (final Figure figure : Figure.ALL) {
      line.append("%13s".formatted(figure.title()));
    }
    return line.toString();
  }

  private static String row(final String peer, final String round, final Cells cells) {
    final StringBuilder line = new StringBuilder("%-11s%-7s".formatted(peer, round));
    for (final Figure figure : Figure.ALL) {
      final OptionalDouble value = cells.of(figure);
      line.append(
          value.isPresent()
              ? String.format(Locale.ROOT, "%13." + figure.decimals() + "f", value.getAsDouble())
              : "%13s".formatted("-"));
    }
    return line.toString();
  }
}
