package dev.understudy.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the chain stood still at a hand-over, in seconds, as the run says it.
 *
 * @param whole from our last block to the node's first own one
 * @param untilStarted our part: sealing, checking, a child app's end
 * @param boot from the node's start to its RPC's first answer
 * @param untilBlock from there to its first own block
 */
record Gap(double whole, double untilStarted, double boot, double untilBlock) {
  /** What the hand-over may add to the node's own boot. */
  private static final double MOST_BEYOND_BOOT = 5;

  private static final Pattern WORDS =
      Pattern.compile(
          "(?m)^handover +([0-9.]+) s from our last block to the node's first own one:"
              + " ([0-9.]+) s until it was started, ([0-9.]+) s its boot,"
              + " ([0-9.]+) s until that block$");

  static Gap of(final String output) {
    final Matcher words = WORDS.matcher(output);
    assertThat(words.find()).as(output).isTrue();
    return new Gap(
        Double.parseDouble(words.group(1)),
        Double.parseDouble(words.group(2)),
        Double.parseDouble(words.group(3)),
        Double.parseDouble(words.group(4)));
  }

  /**
   * Half of them at least are no longer than they may be: on a machine with much else to do one may
   * take any time.
   */
  static void assertShort(final List<Gap> gaps) {
    final double[] beyondBoot =
        gaps.stream().mapToDouble(g -> g.whole() - g.boot()).sorted().toArray();
    assertThat(beyondBoot[(beyondBoot.length - 1) / 2])
        .as(
            "median of the seconds between our last block and the node's first own one, without its"
                + " boot, of %s (load average of the machine: %.1f)",
            gaps, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage())
        .isLessThanOrEqualTo(MOST_BEYOND_BOOT);
  }
}
