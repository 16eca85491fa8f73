package dev.understudy.storage.evidence;

import dev.understudy.storage.kv.Column;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.OrderedCode;
import dev.understudy.storage.kv.ValueCodec;
import dev.understudy.types.Bytes;
import dev.understudy.types.Evidence;
import dev.understudy.types.Hash;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.proto.Int64Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Every record of {@code evidence} (evidence/pool.go: keySuffix at v0.38.25, internal/evidence at
 * v1.0.1).
 *
 * <pre>
 *   v1: 00 &lt;height, 16 upper-case hex digits&gt; / &lt;upper-case hex of the hash&gt;   committed: Int64Value of the height
 *       01 …the same                                                     pending: Evidence
 *   v2: 9, height, raw hash, in ordered code                             committed
 *       10, …the same                                                    pending
 *   version                                                              the layout, on 1.0
 * </pre>
 */
final class EvidenceSchema {
  private static final int COMMITTED = 0;
  private static final int PENDING = 1;

  /** The prefix of committed evidence in layout v2; pending evidence has the next one. */
  private static final int FIRST_ORDERED_PREFIX = 9;

  final Column<EvidenceKey, Long> committed;
  final Column<EvidenceKey, Bytes> pending;

  EvidenceSchema(final KeyLayout layout) {
    this.committed =
        new Column<>(
            "committed evidence",
            key -> key.inLayout(layout, COMMITTED),
            ValueCodec.of(
                height -> Int64Value.newBuilder().setValue(height).build().toByteArray(),
                bytes -> Int64Value.parseFrom(bytes).getValue()));
    this.pending =
        new Column<>("pending evidence", key -> key.inLayout(layout, PENDING), ValueCodec.VERBATIM);
  }

  record EvidenceKey(long height, Hash hash) {
    static EvidenceKey of(final Evidence evidence) {
      return new EvidenceKey(evidence.height(), Hashes.evidenceHash(evidence));
    }

    private byte[] inLayout(final KeyLayout layout, final int kind) {
      return switch (layout) {
        case V1 -> {
          final ByteArrayOutputStream key = new ByteArrayOutputStream();
          key.write(kind);
          key.writeBytes("%016X/%s".formatted(height, hash).getBytes(StandardCharsets.US_ASCII));
          yield key.toByteArray();
        }
        case V2 ->
            new OrderedCode()
                .number(FIRST_ORDERED_PREFIX + kind)
                .number(height)
                .text(hash.array())
                .toBytes();
      };
    }
  }
}
