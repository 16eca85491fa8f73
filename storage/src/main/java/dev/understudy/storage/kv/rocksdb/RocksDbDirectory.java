package dev.understudy.storage.kv.rocksdb;

import dev.understudy.storage.kv.DatabaseFiles;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.ShadowStore;
import dev.understudy.types.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What is done to a database's directory while nobody has it open: looking at it, sealing it for
 * the node. The caller holds its lock throughout.
 */
public final class RocksDbDirectory {
  private static final Pattern TABLE = Pattern.compile("\\d+\\.sst");
  private static final Pattern JOURNAL = Pattern.compile("\\d+\\.log");
  private static final Pattern COPIED =
      Pattern.compile("CURRENT|IDENTITY|MANIFEST-\\d+|OPTIONS-\\d+|\\d+\\.log");

  private RocksDbDirectory() {}

  /**
   * The database to look at, the directory untouched; see {@link ShadowStore}. Fails with
   * HOME_STATE for a database of another kind, also where RocksDB itself would open, and so change,
   * it.
   */
  public static KvStore openShadow(
      final Path directory, final Path scratch, final RocksDbFlavour flavour)
      throws FailureException {
    RocksDbNative.require();
    return ShadowStore.open(
        directory,
        scratch,
        new ShadowStore.Format() {
          @Override
          public void copy(final Path original, final Path shadow)
              throws FailureException, IOException {
            DatabaseFiles.requireCurrent(original, flavour.title());
            DatabaseKind.require(original, flavour);
            copyForShadow(original, shadow);
          }

          @Override
          public KvStore open(final Path shadow) throws FailureException {
            return RocksDbStore.openQuiet(shadow, flavour);
          }
        });
  }

  /** Makes a closed database fit for the node: its journal empty, everything forced. Repeatable. */
  public static void seal(final Path directory, final RocksDbFlavour flavour)
      throws FailureException {
    try (RocksDbStore store = RocksDbStore.openQuiet(directory, flavour)) {
      store.settle();
    }
    try {
      DatabaseFiles.requireEmpty(directory, DatabaseFiles.matching(directory, JOURNAL));
      DatabaseFiles.force(directory);
    } catch (final IOException e) {
      throw DatabaseFiles.diskFailure("seal", directory, e);
    }
  }

  private static void copyForShadow(final Path directory, final Path shadow) throws IOException {
    // CURRENT and MANIFEST first: a table they don't name is harmless, a missing one is not.
    for (final Path file : DatabaseFiles.matching(directory, COPIED)) {
      Files.copy(file, shadow.resolve(file.getFileName()));
    }
    for (final Path table : DatabaseFiles.matching(directory, TABLE)) {
      DatabaseFiles.link(shadow.resolve(table.getFileName()), table);
    }
  }
}
