package dev.understudy.acceptance;

import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** All keys and values of a store of ours, summed up as {@code kvjudge} and {@code dbdump} do. */
final class StoreSum {
  private StoreSum() {}

  static DbDump.Sum of(final KvStore store) {
    try (KvIterator records = store.iterate(new byte[0], null)) {
      final MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long keys = 0;
      long bytes = 0;
      while (records.next()) {
        for (final byte[] part : new byte[][] {records.key(), records.value()}) {
          digest.update(ByteBuffer.allocate(Long.BYTES).putLong(part.length).flip());
          digest.update(part);
          bytes += part.length;
        }
        keys++;
      }
      return new DbDump.Sum(keys, bytes, HexFormat.of().formatHex(digest.digest()));
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
