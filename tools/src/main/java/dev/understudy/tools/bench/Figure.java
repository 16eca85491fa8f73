package dev.understudy.tools.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * One column of the result: its title in the table, its name in the JSON, how many decimals people
 * read, and where it comes from.
 */
record Figure(
    String title, String name, int decimals, Function<Measurement, OptionalDouble> value) {
  private static final double NANOS = 1e9;
  private static final double MEGA = 1e6;
  private static final double PERCENT = 100;

  static final List<Figure> ALL =
      List.of(
          of("blocks/s", "blocks_per_s", 1, run -> some(run.run().blocksPerSecond())),
          of("of feeder", "of_feeder", 3, run -> some(run.ofFeeder())),
          of("first-last s", "first_to_last_s", 3, run -> scaled(run.run().spanNanos(), NANOS)),
          of("wall s", "wall_s", 3, run -> some(run.run().wallNanos() / NANOS)),
          of("app idle %", "app_idle_percent", 1, run -> percent(run.run().idleShare())),
          of("cpu s", "cpu_s", 2, run -> some(run.run().engine().cpuSeconds())),
          of(
              "app cpu s",
              "app_cpu_s",
              2,
              run ->
                  run.run().app().isPresent()
                      ? some(run.run().app().get().cpuSeconds())
                      : OptionalDouble.empty()),
          of("peak MB", "peak_rss_mb", 1, run -> scaled(run.run().engine().peakRssBytes(), MEGA)),
          of(
              "written MB",
              "written_mb",
              1,
              run -> scaled(run.run().engine().writtenBytes(), MEGA)));

  private static Figure of(
      final String title,
      final String name,
      final int decimals,
      final Function<Measurement, OptionalDouble> value) {
    return new Figure(title, name, decimals, value);
  }

  private static OptionalDouble some(final double value) {
    return OptionalDouble.of(value);
  }

  private static OptionalDouble scaled(final OptionalLong value, final double unit) {
    return value.isPresent() ? OptionalDouble.of(value.getAsLong() / unit) : OptionalDouble.empty();
  }

  private static OptionalDouble percent(final OptionalDouble share) {
    return share.isPresent()
        ? OptionalDouble.of(share.getAsDouble() * PERCENT)
        : OptionalDouble.empty();
  }
}
