/**
 * Databases of RocksDB and Pebble through rocksdbjni 6.29, the last line whose MANIFEST Pebble
 * reads: opening, checkpoints, sealing, shadows. Knows no key, no home and no lock of its own:
 * whoever opens a directory here holds its lock already.
 */
@NullMarked
package dev.understudy.storage.kv.rocksdb;

import org.jspecify.annotations.NullMarked;
