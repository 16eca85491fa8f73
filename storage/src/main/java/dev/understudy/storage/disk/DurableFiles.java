package dev.understudy.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Forces files and directories to the disk. A new, renamed or deleted name is durable only after
 * its directory was forced too. Stateless; safe for every thread.
 */
public final class DurableFiles {
  private DurableFiles() {}

  /** Forces one file's content and size. */
  public static void forceFile(final Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Forces the names in a directory. */
  public static void forceDirectory(final Path directory) throws IOException {
    forceFile(directory);
  }

  /**
   * Forces the chosen files of a directory, then the directory. A file that vanishes meanwhile (a
   * compaction deletes tables at any time) needs no forcing.
   */
  public static void forceAll(final Path directory, final Predicate<Path> chosen)
      throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (final Path file : files) {
        if (chosen.test(file) && Files.isRegularFile(file)) {
          try {
            forceFile(file);
          } catch (final NoSuchFileException gone) {
            // vanished: nothing to force
          }
        }
      }
    }
    forceDirectory(directory);
  }

  /** Replaces a small file whole: after a crash there is the old content or the new one. */
  public static void replace(final Path file, final byte[] content) throws IOException {
    final Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      final ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    publish(fresh, file);
  }

  /** Gives a forced file its final name, whatever lies there, and forces that name. */
  public static void publish(final Path fresh, final Path file) throws IOException {
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory(directoryOf(file));
  }

  /** Deletes a directory with everything below it; nothing happens where there is none. */
  public static void deleteTree(final Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    final List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(directory)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (final Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }

  private static Path directoryOf(final Path file) {
    final Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("not a file: " + file);
    }
    return parent;
  }
}
