package dev.understudy.tools.cli;

import dev.understudy.tools.archive.BundleShape;
import dev.understudy.tools.archive.PackConfig;
import dev.understudy.tools.archive.PackListener;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** How large the bundles of an archive become, and the line that tells of each. */
final class BundleOptions {
  @Option(
      names = {"--bundle-items", "--bundle-blocks"},
      paramLabel = "N",
      description = "Heights in a bundle. Default: ${DEFAULT-VALUE}.",
      defaultValue = "" + PackConfig.DEFAULT_BUNDLE_ITEMS)
  private int bundleItems;

  @Option(
      names = "--bundle-bytes",
      paramLabel = "N",
      description =
          "Uncompressed bytes after which a bundle is closed early. Default: ${DEFAULT-VALUE}.",
      defaultValue = "" + PackConfig.DEFAULT_BUNDLE_BYTES)
  private long bundleBytes;

  /** Throws IllegalArgumentException where no bundle has this shape. */
  BundleShape shape() {
    return new BundleShape(bundleItems, bundleBytes);
  }

  static PackListener tellingOn(final PrintWriter print) {
    return (runtime, id, first, last, raw, stored) -> {
      print.printf(
          "%s bundle %d: heights %d-%d, %d bytes (%d stored)%n",
          runtime.shortName(), id, first, last, raw, stored);
      print.flush();
    };
  }
}
