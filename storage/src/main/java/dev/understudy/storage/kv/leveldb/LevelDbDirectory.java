package dev.understudy.storage.kv.leveldb;

import dev.understudy.storage.disk.DurableFiles;
import dev.understudy.storage.kv.DatabaseFiles;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.ShadowStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

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

  // RocksDB and Pebble always leave this file, LevelDB never.
  private static final Pattern NOT_LEVELDB = Pattern.compile("OPTIONS-\\d+");

  private LevelDbDirectory() {}

  /**
   * Proves on a shadow in {@code scratch} that the database opens; the directory itself is only
   * read.
   */
  public static void check(final Path directory, final Path scratch) throws FailureException {
    openShadow(directory, scratch).close();
  }

  /** The database to look at, the directory untouched; see {@link ShadowStore}. */
  public static KvStore openShadow(final Path directory, final Path scratch)
      throws FailureException {
    return ShadowStore.open(
        directory,
        scratch,
        new ShadowStore.Format() {
          @Override
          public void copy(final Path original, final Path shadow)
              throws FailureException, IOException {
            copyForShadow(original, shadow);
          }

          @Override
          public KvStore open(final Path shadow) throws FailureException {
            return LevelDbStore.open(shadow);
          }
        });
  }

  /**
   * Renames goleveldb's tables ({@code .ldb}) to leveldbjni's name ({@code .sst}), which goleveldb
   * reads as well. Only for a directory that passed {@link #check}. May be repeated after a crash.
   */
  public static void adopt(final Path directory) throws FailureException {
    try {
      final List<Path> tables = DatabaseFiles.matching(directory, GO_TABLE);
      for (final Path table : tables) {
        Files.move(table, directory.resolve(asSst(table)), StandardCopyOption.ATOMIC_MOVE);
      }
      if (!tables.isEmpty()) {
        DurableFiles.forceDirectory(directory);
      }
    } catch (final IOException e) {
      throw DatabaseFiles.diskFailure("take over", directory, e);
    }
  }

  /**
   * Makes a closed database fit for goleveldb: opened once more and closed, so that its journal is
   * empty, then everything forced. May be repeated.
   */
  public static void seal(final Path directory) throws FailureException {
    LevelDbStore.open(directory).close();
    try {
      DatabaseFiles.requireEmpty(directory, DatabaseFiles.matching(directory, JOURNAL));
      DatabaseFiles.force(directory);
    } catch (final IOException e) {
      throw DatabaseFiles.diskFailure("seal", directory, e);
    }
  }

  /** Hard-links the tables and copies the rest of what opening needs into an empty folder. */
  private static void copyForShadow(final Path directory, final Path shadow)
      throws FailureException, IOException {
    final List<Path> pending = DatabaseFiles.matching(directory, PENDING_CURRENT);
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
    DatabaseFiles.requireCurrent(directory, "LevelDB");
    if (!DatabaseFiles.matching(directory, NOT_LEVELDB).isEmpty()) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The database " + directory + " is not LevelDB's: RocksDB or Pebble wrote it",
          "Set db_backend in config.toml to what the node wrote this home with.");
    }
    // CURRENT and MANIFEST first: a table they don't name is harmless, a missing one is not.
    for (final Path file : DatabaseFiles.matching(directory, COPIED)) {
      Files.copy(file, shadow.resolve(file.getFileName()));
    }
    for (final Path table : DatabaseFiles.matching(directory, TABLE)) {
      final Path name = shadow.resolve(asSst(table));
      if (Files.exists(name)) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "The database " + directory + " has the table " + table.getFileName() + " twice",
            "The directory was changed by hand or by another program; restore it from a backup.");
      }
      DatabaseFiles.link(name, table);
    }
  }

  private static String asSst(final Path table) {
    return table.getFileName().toString().replace(".ldb", ".sst");
  }
}
