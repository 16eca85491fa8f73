package dev.understudy.handoff.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether an app has stopped for an upgrade: it writes {@code data/upgrade-info.json} into
 * its home right before it refuses the upgrade's block. The file stays there for good, so only one
 * that was written since this object was made counts.
 */
public final class UpgradeNotice {
  private final Path file;
  private final String before;

  private UpgradeNotice(final Path file) {
    this.file = file;
    this.before = stamp(file);
  }

  /** Before the app is started, or given its first block. */
  public static UpgradeNotice watch(final Path appHome) {
    return new UpgradeNotice(file(appHome));
  }

  /** What the app has written since. */
  public Optional<UpgradePlan> written() {
    return stamp(file).equals(before) ? Optional.empty() : only(file);
  }

  /** The upgrade that the app stopped for last, at whatever time. */
  static Optional<UpgradePlan> last(final Path appHome) {
    return only(file(appHome));
  }

  private static Optional<UpgradePlan> only(final Path file) {
    final List<UpgradePlan> plans = UpgradeFile.read(file);
    return plans.size() == 1 ? Optional.of(plans.get(0)) : Optional.empty();
  }

  // the SDK writes below "data", wherever the node's own databases are
  private static Path file(final Path appHome) {
    return appHome.resolve("data").resolve(UpgradeFile.NAME);
  }

  private static String stamp(final Path file) {
    try {
      final BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.lastModifiedTime() + " " + found.fileKey() + " " + found.size();
    } catch (final IOException e) {
      return "";
    }
  }
}
