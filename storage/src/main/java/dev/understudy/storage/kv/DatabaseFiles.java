package dev.understudy.storage.kv;

import dev.understudy.storage.disk.DiskFailure;
import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the backends do alike with the files of a database's directory. Stateless. */
public final class DatabaseFiles {
  private DatabaseFiles() {}

  /** The files whose names match, in the order of their names. */
  public static List<Path> matching(final Path directory, final Pattern name) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> name.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /**
   * Forces every file and the directory. Never opens LOCK: closing any descriptor of it would drop
   * this process's fcntl lock on an open database.
   */
  public static void force(final Path directory) throws IOException {
    DurableFiles.forceAll(directory, file -> !file.endsWith("LOCK"));
  }

  /** Gives a table, which never changes, a second name. */
  public static void link(final Path name, final Path table) throws IOException {
    try {
      Files.createLink(name, table);
    } catch (final UnsupportedOperationException | FileSystemException e) {
      if (Files.exists(name)) {
        throw e;
      }
      // Another file system, or one without hard links. Deleting the shadow deletes only the link.
      Files.createSymbolicLink(name, table.toRealPath());
    }
  }

  /** Fails with HOME_STATE where the directory holds no database of this family. */
  public static void requireCurrent(final Path directory, final String format)
      throws FailureException {
    if (!Files.exists(directory.resolve("CURRENT"))) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The directory " + directory + " is no " + format + " database: it has no file CURRENT",
          "Check that --home names a node's home and that db_backend in config.toml is right.");
    }
  }

  /** Fails with HOME_STATE where a journal of a sealed directory still holds something. */
  public static void requireEmpty(final Path directory, final List<Path> journals)
      throws FailureException, IOException {
    for (final Path journal : journals) {
      if (Files.size(journal) != 0) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "Sealing "
                + directory
                + " left "
                + Files.size(journal)
                + " bytes in "
                + journal.getFileName()
                + ", which the real node could drop",
            "Do not start the real node on this home. Run the same command again; if this stays,"
                + " report it with the directory listing.");
      }
    }
  }

  public static FailureException diskFailure(
      final String what, final Path directory, final IOException e) {
    return DiskFailure.of(what + " the database " + directory, e);
  }
}
