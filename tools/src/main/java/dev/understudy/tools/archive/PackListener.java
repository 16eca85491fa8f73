package dev.understudy.tools.archive;

/** Hears of progress while an archive is packed; called on the packing thread. */
@FunctionalInterface
public interface PackListener {
  /** A bundle has been written; heights inclusive, bytes before and after compression. */
  void bundlePacked(
      BlockRuntime runtime,
      long bundleId,
      long fromHeight,
      long toHeight,
      long rawBytes,
      long storedBytes);
}
