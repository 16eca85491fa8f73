package dev.understudy.storage.kv.leveldb;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is done to a database's directory while nobody has it open: recognising it, taking it over
 * from goleveldb, sealing it for goleveldb. The caller holds its lock throughout.
 */
public final class LevelDbDirectory {
  private static final Pattern GO_TABLE = Pattern.compile("\\d+\\.ldb");
  private static final Pattern TABLE = Pattern.compile("\\d+\\.(ldb|sst)");
  private static final Pattern JOURNAL = Pattern.compile("\\d+\\.log");
  private static final Pattern COPIED = Pattern.compile("CURRENT|MANIFEST-\\d+|\\d+\\.log");
  private static final Pattern PENDING_CURRENT = Pattern.compile("CURRENT\\.\\d+");

  private LevelDbDirectory() {}

  /**
   * Proves on a shadow in {@code scratch} that the database opens; the directory itself is only
   * read.
   */
  public static void check(final Path directory, final Path scratch) throws FailureException {
    ShadowStore.open(directory, scratch).close();
  }

  /**
   * Renames goleveldb's tables ({@code .ldb}) to leveldbjni's name ({@code .sst}), which goleveldb
   * reads as well. Only for a directory that passed {@link #check}. May be repeated after a crash.
   */
  public static void adopt(final Path directory) throws FailureException {
    try {
      final List<Path> tables = files(directory, GO_TABLE);
      for (final Path table : tables) {
        Files.move(table, directory.resolve(asSst(table)), StandardCopyOption.ATOMIC_MOVE);
      }
      if (!tables.isEmpty()) {
        DurableFiles.forceDirectory(directory);
      }
    } catch (final IOException e) {
      throw diskFailure("take over", directory, e);
    }
  }

  /**
   * Makes a closed database fit for goleveldb: opened once more and closed, so that its journal is
   * empty, then everything forced. May be repeated.
   */
  public static void seal(final Path directory) throws FailureException {
    LevelDbStore.open(directory).close();
    try {
      for (final Path journal : files(directory, JOURNAL)) {
        if (Files.size(journal) != 0) {
          throw new FailureException(
              FailureKind.HOME_STATE,
              "Sealing "
                  + directory
                  + " left "
                  + Files.size(journal)
                  + " bytes in "
                  + journal.getFileName()
                  + ", which the real node would drop",
              "Do not start the real node on this home. Run the same command again; if this stays,"
                  + " report it with the directory listing.");
        }
      }
      force(directory);
    } catch (final IOException e) {
      throw diskFailure("seal", directory, e);
    }
  }

  /**
   * Forces every file and the directory. Never opens LOCK: closing any descriptor of it would drop
   * this process's fcntl lock on an open database.
   */
  static void force(final Path directory) throws IOException {
    DurableFiles.forceAll(directory, file -> !file.endsWith("LOCK"));
  }

  /** Hard-links the tables and copies the rest of what opening needs into an empty folder. */
  static void shadow(final Path directory, final Path shadow) throws FailureException, IOException {
    final List<Path> pending = files(directory, PENDING_CURRENT);
    if (!pending.isEmpty()) {
      // goleveldb takes the highest of CURRENT and CURRENT.<n>, LevelDB only CURRENT: writing on
      // from the lower one would leave goleveldb with the other.
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The database "
              + directory
              + " was left by its node in the middle of a change ("
              + pending.get(0).getFileName()
              + ")",
          "Start the real node on this home once and stop it in order, then run the same command"
              + " again.");
    }
    if (!Files.exists(directory.resolve("CURRENT"))) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The directory " + directory + " is no LevelDB database: it has no file CURRENT",
          "Check that --home names a node's home and that db_backend in config.toml is right.");
    }
    // CURRENT and MANIFEST first: a table they don't name is harmless, a missing one is not.
    for (final Path file : files(directory, COPIED)) {
      Files.copy(file, shadow.resolve(file.getFileName()));
    }
    for (final Path table : files(directory, TABLE)) {
      final Path name = shadow.resolve(asSst(table));
      if (Files.exists(name)) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "The database " + directory + " has the table " + table.getFileName() + " twice",
            "The directory was changed by hand or by another program; restore it from a backup.");
      }
      link(name, table);
    }
  }

  private static void link(final Path name, final Path table) throws IOException {
    try {
      Files.createLink(name, table);
    } catch (final UnsupportedOperationException | java.nio.file.FileSystemException e) {
      if (Files.exists(name)) {
        throw e;
      }
      // Another file system, or one without hard links. Deleting the shadow deletes only the link.
      Files.createSymbolicLink(name, table.toRealPath());
    }
  }

  private static String asSst(final Path table) {
    return table.getFileName().toString().replace(".ldb", ".sst");
  }

  private static List<Path> files(final Path directory, final Pattern name) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> name.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  static FailureException diskFailure(
      final String what, final Path directory, final IOException e) {
    return new FailureException(
        FailureKind.DISK,
        "Could not " + what + " the database " + directory + ": " + e,
        "Check free space, permissions and the health of the disk, then run the same command"
            + " again.",
        e);
  }
}
