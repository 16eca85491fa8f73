package dev.understudy.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk in memory, mounted on a folder until the bed closes. Needs the right to mount. */
final class Tmpfs implements AutoCloseable {
  private static final Path MOUNT = Path.of("mount");

  private final Path folder;

  private Tmpfs(final Path folder) {
    this.folder = folder;
  }

  /** Mounts a disk of this size ("600k") on a folder, which keeps its files at the top. */
  static Tmpfs over(final TestBed bed, final Path folder, final String size) {
    try {
      Files.createDirectories(folder);
      final Path aside = Files.createTempDirectory(bed.folder(), "kept");
      copy(folder, aside);
      Command.output(
          MOUNT, "-t", "tmpfs", "-o", "size=" + size, "understudy-test", folder.toString());
      final Tmpfs disk = bed.own(new Tmpfs(folder));
      copy(aside, folder);
      return disk;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(final Path from, final Path to) throws IOException {
    try (var files = Files.newDirectoryStream(from, Files::isRegularFile)) {
      for (final Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  void resize(final String size) {
    remount("size=" + size);
  }

  void readOnly(final boolean readOnly) {
    remount(readOnly ? "ro" : "rw");
  }

  private void remount(final String options) {
    Command.output(MOUNT, "-o", "remount," + options, folder.toString());
  }

  @Override
  public void close() {
    Command.output(Path.of("umount"), folder.toString());
  }
}
