package dev.understudy.types.json;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/**
 * Times as Go writes them (RFC3339Nano), read and written by hand: a commit of 150 votes has 150 of
 * them, and {@code DateTimeFormatter} costs more than all the rest of a vote.
 */
final class Rfc3339 {
  private static final int SHORTEST = "0001-01-01T00:00:00Z".length();
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };
  private static final int[] DAYS_IN_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  /** Days from 0001-01-01 to 1970-01-01. */
  private static final long EPOCH_DAYS = 719_162;

  /** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what a protobuf Timestamp may hold. */
  private static final long MIN_SECONDS = -62_135_596_800L;

  private static final long MAX_SECONDS = 253_402_300_799L;

  private Rfc3339() {}

  /** In UTC, without zeros at the fraction's end. */
  static String format(final Instant time) {
    final OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
    final StringBuilder text = new StringBuilder("0001-01-01T00:00:00.123456789Z".length());
    append(text, utc.getYear(), 1000).append('-');
    append(text, utc.getMonthValue(), 10).append('-');
    append(text, utc.getDayOfMonth(), 10).append('T');
    append(text, utc.getHour(), 10).append(':');
    append(text, utc.getMinute(), 10).append(':');
    append(text, utc.getSecond(), 10);
    final int nanos = utc.get(ChronoField.NANO_OF_SECOND);
    if (nanos != 0) {
      append(text.append('.'), nanos, 100_000_000);
      while (text.charAt(text.length() - 1) == '0') {
        text.setLength(text.length() - 1);
      }
    }
    return text.append('Z').toString();
  }

  /** With as many digits as {@code highest} has, the place value of the first one. */
  private static StringBuilder append(
      final StringBuilder text, final int value, final int highest) {
    for (int place = highest; place > 0; place /= 10) {
      text.append((char) ('0' + value / place % 10));
    }
    return text;
  }

  /**
   * @throws IllegalArgumentException if it is no time, or none between the years 1 and 9999
   */
  static Instant parse(final char[] text, final int offset, final int length) {
    if (length < SHORTEST) {
      throw notATime();
    }
    final int year = digits(text, offset, 4);
    expect(text, offset + 4, '-');
    final int month = digits(text, offset + 5, 2);
    expect(text, offset + 7, '-');
    final int day = digits(text, offset + 8, 2);
    expect(text, offset + 10, 'T');
    final int hour = digits(text, offset + 11, 2);
    expect(text, offset + 13, ':');
    final int minute = digits(text, offset + 14, 2);
    expect(text, offset + 16, ':');
    final int second = digits(text, offset + 17, 2);
    if (year < 1
        || month < 1
        || month > 12
        || day < 1
        || day > daysInMonth(year, month)
        || hour > 23
        || minute > 59
        || second > 59) {
      throw notATime();
    }
    final int end = offset + length;
    int at = offset + 19;
    int nanos = 0;
    if (text[at] == '.') {
      at++;
      int scale = 100_000_000;
      final int fraction = at;
      while (at < end && text[at] >= '0' && text[at] <= '9') {
        nanos += (text[at] - '0') * scale;
        scale /= 10;
        at++;
        if (at - fraction > 9) {
          throw notATime();
        }
      }
      if (at == fraction) {
        throw notATime();
      }
    }
    final long seconds =
        (daysSinceYearOne(year, month, day) - EPOCH_DAYS) * 86_400L
            + hour * 3600L
            + minute * 60L
            + second
            - zoneSeconds(text, at, end);
    if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
      throw notATime();
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static int zoneSeconds(final char[] text, final int at, final int end) {
    if (end - at == 1 && text[at] == 'Z') {
      return 0;
    }
    if (end - at != 6 || (text[at] != '+' && text[at] != '-')) {
      throw notATime();
    }
    final int hours = digits(text, at + 1, 2);
    expect(text, at + 3, ':');
    final int minutes = digits(text, at + 4, 2);
    if (hours > 23 || minutes > 59) {
      throw notATime();
    }
    final int seconds = hours * 3600 + minutes * 60;
    return text[at] == '-' ? -seconds : seconds;
  }

  private static long daysSinceYearOne(final int year, final int month, final int day) {
    final long before = year - 1L;
    final int leapDay = month > 2 && isLeap(year) ? 1 : 0;
    return before * 365
        + before / 4
        - before / 100
        + before / 400
        + DAYS_BEFORE_MONTH[month - 1]
        + leapDay
        + day
        - 1;
  }

  private static int daysInMonth(final int year, final int month) {
    return month == 2 && isLeap(year) ? 29 : DAYS_IN_MONTH[month - 1];
  }

  private static boolean isLeap(final int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  private static int digits(final char[] text, final int offset, final int count) {
    int value = 0;
    for (int i = offset; i < offset + count; i++) {
      final int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        throw notATime();
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static void expect(final char[] text, final int offset, final char wanted) {
    if (text[offset] != wanted) {
      throw notATime();
    }
  }

  private static IllegalArgumentException notATime() {
    return new IllegalArgumentException(
        "a time between the years 1 and 9999 such as 2024-02-29T12:00:00.123456789Z");
  }
}
