/**
 * Databases in goleveldb's format through leveldbjni: opening (also what a real node wrote),
 * checkpoints, sealing, shadows. Knows no key, no home and no lock of goleveldb's kind: whoever
 * opens a directory here holds its lock already.
 */
@NullMarked
package dev.understudy.storage.kv.leveldb;

import org.jspecify.annotations.NullMarked;
