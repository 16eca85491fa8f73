package dev.understudy.storage.kv.rocksdb;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ChecksumType;

/** Whose tables are written: what each node's own code can read, and likes to. */
public enum RocksDbFlavour {
  /** As cometbft-db configures RocksDB: with a bloom filter of 10 bits a key. */
  ROCKSDB("RocksDB", 5) {
    @Override
    BlockBasedTableConfig tables() {
      return super.tables().setFilterPolicy(new BloomFilter(10, false));
    }
  },
  /** As Pebble reads them at its format FormatMostCompatible: the tables of RocksDB 6.2. */
  PEBBLE("Pebble", 2);

  private static final int TABLE_BLOCK_BYTES = 16 << 10;

  private final String title;
  private final int tableFormat;

  RocksDbFlavour(final String title, final int tableFormat) {
    this.title = title;
    this.tableFormat = tableFormat;
  }

  /** The database's name in messages. */
  String title() {
    return title;
  }

  BlockBasedTableConfig tables() {
    return new BlockBasedTableConfig()
        .setFormatVersion(tableFormat)
        .setChecksumType(ChecksumType.kCRC32c)
        .setBlockSize(TABLE_BLOCK_BYTES);
  }
}
