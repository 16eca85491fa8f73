package dev.understudy.tools.cli;

/** The unit of flags that end with {@code -mib}. */
final class Mebibytes {
  private static final long ONE = 1L << 20;

  private Mebibytes() {}

  static long bytes(final long mebibytes) {
    return mebibytes * ONE;
  }
}
