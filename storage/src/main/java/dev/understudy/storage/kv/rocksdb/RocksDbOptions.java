package dev.understudy.storage.kv.rocksdb;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/**
 * How a database is opened: for loading in bulk, with bounded memory and without stalls. Owns the
 * native objects; closed after the database.
 */
final class RocksDbOptions implements AutoCloseable {
  // Bounds a database's memory to about 32 MiB: three write buffers (one filling, two on their way
  // into tables) and the cache, which holds the tables' indexes and filters as well.
  private static final long WRITE_BUFFER_BYTES = 8L << 20;
  private static final int WRITE_BUFFERS = 3;
  private static final long BLOCK_CACHE_BYTES = 8L << 20;
  // Four databases stay well below the 1024 descriptors of a default shell.
  private static final int MAX_OPEN_TABLES = 150;
  private static final long TABLE_BYTES = 32L << 20;
  // A node that is handed a database with 12 such tables stalls its first writes (Pebble:
  // L0StopWritesThreshold), so they are compacted early; writers of ours are made to wait late.
  private static final int COMPACT_FROM_TABLES = 4;
  private static final int SLOW_DOWN_FROM_TABLES = 40;
  private static final int STOP_FROM_TABLES = 80;
  // A stop for gigabytes that wait for compaction would be a stall of minutes.
  private static final long NO_LIMIT = 0;

  private final List<AbstractImmutableNativeReference> owned = new ArrayList<>();
  private final Options options;

  private RocksDbOptions(final RocksDbFlavour flavour) {
    final LRUCache cache = own(new LRUCache(BLOCK_CACHE_BYTES));
    final BlockBasedTableConfig tables =
        flavour
            .tables()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    if (tables.filterPolicy() != null) {
      own(tables.filterPolicy());
    }
    this.options =
        own(new Options())
            .setTableFormatConfig(tables)
            .setCompressionType(CompressionType.SNAPPY_COMPRESSION)
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMaxWriteBufferNumber(WRITE_BUFFERS)
            .setMaxOpenFiles(MAX_OPEN_TABLES)
            .setTargetFileSizeBase(TABLE_BYTES)
            .setLevel0FileNumCompactionTrigger(COMPACT_FROM_TABLES)
            .setLevel0SlowdownWritesTrigger(SLOW_DOWN_FROM_TABLES)
            .setLevel0StopWritesTrigger(STOP_FROM_TABLES)
            .setSoftPendingCompactionBytesLimit(NO_LIMIT)
            .setHardPendingCompactionBytesLimit(NO_LIMIT)
            .setMaxBackgroundJobs(2)
            .setSkipStatsUpdateOnDbOpen(true)
            .setStatsDumpPeriodSec(0)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(1);
  }

  /** For a database that is written; makes it where there is none. */
  static RocksDbOptions forWriting(final RocksDbFlavour flavour) {
    final RocksDbOptions all = new RocksDbOptions(flavour);
    all.options.setCreateIfMissing(true);
    return all;
  }

  /**
   * For a shadow, which is not compacted for a look, and for sealing, which compacts by itself: its
   * journal may become tables, and nothing goes on in the background.
   */
  static RocksDbOptions withoutCompaction(final RocksDbFlavour flavour) {
    final RocksDbOptions all = new RocksDbOptions(flavour);
    all.options.setDisableAutoCompactions(true);
    return all;
  }

  Options options() {
    return options;
  }

  /** From so many tables in the first level on, sealing compacts them. */
  static int compactFromTables() {
    return COMPACT_FROM_TABLES;
  }

  private <T extends AbstractImmutableNativeReference> T own(final T reference) {
    owned.add(0, reference);
    return reference;
  }

  @Override
  public void close() {
    owned.forEach(AbstractImmutableNativeReference::close);
  }
}
