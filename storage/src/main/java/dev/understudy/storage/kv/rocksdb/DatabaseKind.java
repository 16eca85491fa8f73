package dev.understudy.storage.kv.rocksdb;

import dev.understudy.storage.kv.DatabaseFiles;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rocksdb.RocksDB;

/**
 * Recognises what wrote a directory, from the OPTIONS file that RocksDB and Pebble leave and
 * LevelDB does not. RocksDB would open all three, and what it then wrote the other two could not
 * read.
 */
final class DatabaseKind {
  private static final Pattern OPTIONS = Pattern.compile("OPTIONS-\\d+");
  private static final Pattern MARKER = Pattern.compile("marker\\.format-version\\.\\d+\\.(\\d+)");
  private static final String CHECK_BACKEND =
      "Set db_backend in config.toml to what the node wrote this home with.";
  private static final Pattern TABLE_FORMAT = Pattern.compile("\\bformat_version=(\\d+)");
  private static final int NEWEST_TABLE_FORMAT = 5;
  private static final int MAX_OPTIONS_BYTES = 256 << 10;

  private DatabaseKind() {}

  static void require(final Path directory, final RocksDbFlavour flavour)
      throws FailureException, IOException {
    final List<Path> options = DatabaseFiles.matching(directory, OPTIONS);
    if (options.isEmpty()) {
      throw foreign(directory, flavour, "LevelDB or goleveldb");
    }
    final String head = text(options.get(options.size() - 1));
    switch (flavour) {
      case ROCKSDB -> {
        if (head.contains("pebble_version=")) {
          throw foreign(directory, flavour, "Pebble");
        }
        requireTables(directory, head);
      }
      case PEBBLE -> {
        final String ours = "rocksdb_version=" + RocksDB.rocksdbVersion();
        if (head.contains("rocksdb_version=") && !head.contains(ours)) {
          throw foreign(directory, flavour, "RocksDB");
        }
        requireFormat(directory);
      }
    }
  }

  /** At higher formats Pebble writes what RocksDB can't read, and no CURRENT. */
  private static void requireFormat(final Path directory) throws FailureException, IOException {
    for (final Path marker : DatabaseFiles.matching(directory, MARKER)) {
      final Matcher name = MARKER.matcher(marker.getFileName().toString());
      if (name.matches() && Integer.parseInt(name.group(1)) > 1) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "The database "
                + directory
                + " is of Pebble's format "
                + Integer.parseInt(name.group(1))
                + "; only format 1, which CometBFT's nodes use, can be read here",
            "Take a home whose node does not raise Pebble's format version.");
      }
    }
  }

  /** RocksDB opens a directory without looking into its tables, and fails on them later. */
  private static void requireTables(final Path directory, final String options)
      throws FailureException {
    final Matcher format = TABLE_FORMAT.matcher(options);
    if (format.find() && Integer.parseInt(format.group(1)) > NEWEST_TABLE_FORMAT) {
      throw new FailureException(
          FailureKind.HOME_STATE,
          "The database "
              + directory
              + " has tables of format "
              + format.group(1)
              + ", as RocksDB 9 and newer write them; up to "
              + NEWEST_TABLE_FORMAT
              + " can be read here",
          "Nothing was changed. Sync a new home instead: a node with that RocksDB opens what is"
              + " written here.");
    }
  }

  private static String text(final Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_OPTIONS_BYTES), StandardCharsets.ISO_8859_1);
    }
  }

  private static FailureException foreign(
      final Path directory, final RocksDbFlavour flavour, final String writer) {
    return new FailureException(
        FailureKind.HOME_STATE,
        "The database " + directory + " is not " + flavour.title() + "'s: " + writer + " wrote it",
        CHECK_BACKEND);
  }
}
