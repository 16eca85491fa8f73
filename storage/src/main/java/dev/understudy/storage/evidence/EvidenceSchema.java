package dev.understudy.storage.evidence;

import dev.understudy.storage.kv.Column;
import dev.understudy.storage.kv.ValueCodec;
import dev.understudy.types.Bytes;
import dev.understudy.types.Evidence;
import dev.understudy.types.Hash;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.proto.Int64Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Every record of {@code evidence} in key layout v1 (evidence/pool.go: keySuffix at v0.38.25).
 *
 * <pre>
 *   00 &lt;height, 16 upper-case hex digits&gt; / &lt;upper-case hex of the hash&gt;   committed: Int64Value of the height
 *   01 …the same                                                     pending: Evidence
 * </pre>
 */
final class EvidenceSchema {
  static final Column<EvidenceKey, Long> COMMITTED =
      new Column<>(
          "committed evidence",
          key -> key.withPrefix(0),
          ValueCodec.of(
              height -> Int64Value.newBuilder().setValue(height).build().toByteArray(),
              bytes -> Int64Value.parseFrom(bytes).getValue()));

  static final Column<EvidenceKey, Bytes> PENDING =
      new Column<>("pending evidence", key -> key.withPrefix(1), ValueCodec.VERBATIM);

  private EvidenceSchema() {}

  record EvidenceKey(long height, Hash hash) {
    static EvidenceKey of(final Evidence evidence) {
      return new EvidenceKey(evidence.height(), Hashes.evidenceHash(evidence));
    }

    private byte[] withPrefix(final int prefix) {
      final ByteArrayOutputStream key = new ByteArrayOutputStream();
      key.write(prefix);
      key.writeBytes("%016X/%s".formatted(height, hash).getBytes(StandardCharsets.US_ASCII));
      return key.toByteArray();
    }
  }
}
