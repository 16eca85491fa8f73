package dev.understudy.tools.bench;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * All that a bench has measured, in the order in which it ran. Use {@link BenchTable} and {@link
 * BenchJson} to show it.
 */
public final class BenchResult {
  private final Machine machine;
  private final Bed bed;
  private final List<Measurement> runs;

  BenchResult(final Machine machine, final Bed bed, final List<Measurement> runs) {
    this.machine = machine;
    this.bed = bed;
    this.runs = List.copyOf(runs);
  }

  Machine machine() {
    return machine;
  }

  Bed bed() {
    return bed;
  }

  List<Measurement> runs() {
    return runs;
  }

  /** In the order of their first run. */
  List<String> peers() {
    return runs.stream().map(Measurement::peer).distinct().toList();
  }

  List<Measurement> runsOf(final String peer) {
    return runs.stream().filter(run -> run.peer().equals(peer)).toList();
  }

  /** The middle of a peer's values; of an even number the mean of the middle two. */
  OptionalDouble median(final String peer, final Function<Measurement, OptionalDouble> value) {
    return median(
        runsOf(peer).stream()
            .map(value)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .toArray());
  }

  static OptionalDouble median(final double... values) {
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    final double[] sorted = values.clone();
    Arrays.sort(sorted);
    final int middle = sorted.length / 2;
    return OptionalDouble.of(
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }
}
