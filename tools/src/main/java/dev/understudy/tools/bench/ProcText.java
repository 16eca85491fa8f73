package dev.understudy.tools.bench;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the texts of Linux's /proc/PID (man 5 proc). */
final class ProcText {
  /** USER_HZ: 100 for programs on every Linux, whatever the kernel's own clock does. */
  private static final double TICKS_PER_SECOND = 100;

  // counted from the state, which follows the name in brackets
  private static final int CUTIME = 13;
  private static final int CSTIME = 14;
  private static final long KIB = 1024;

  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB$");
  private static final Pattern WRITTEN = Pattern.compile("(?m)^write_bytes: (\\d+)$");

  private ProcText() {}

  /** CPU time of the children that a process has waited for, out of its {@code stat}. */
  static double secondsOfChildren(final String stat) {
    // the name may hold anything, brackets and blanks included
    final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" +", -1);
    return (Long.parseLong(fields[CUTIME]) + Long.parseLong(fields[CSTIME])) / TICKS_PER_SECOND;
  }

  /** Largest resident set, out of {@code status}; empty for a process that has none any more. */
  static OptionalLong peakRssBytes(final String status) {
    final OptionalLong kib = number(PEAK, status);
    return kib.isPresent() ? OptionalLong.of(kib.getAsLong() * KIB) : kib;
  }

  /** Bytes sent to the disk by a process and the children it has waited for, out of {@code io}. */
  static OptionalLong writtenBytes(final String io) {
    return number(WRITTEN, io);
  }

  private static OptionalLong number(final Pattern pattern, final String text) {
    final Matcher matcher = pattern.matcher(text);
    return matcher.find()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
