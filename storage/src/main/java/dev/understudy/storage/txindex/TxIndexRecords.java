package dev.understudy.storage.txindex;

import dev.understudy.storage.kv.GoVarint;
import dev.understudy.storage.kv.OrderedCode;
import dev.understudy.storage.kv.RecordGuide;
import dev.understudy.storage.kv.WireText;
import dev.understudy.types.wire.proto.TxResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** The records of {@code tx_index} for people. */
public final class TxIndexRecords implements RecordGuide {
  public static final String BY_HEIGHT = "transactions by height";
  public static final String BLOCKS = "indexed blocks";
  private static final String TXS = "transactions";
  private static final String BY_EVENT = "transactions by event";
  private static final String BLOCK_EVENTS = "blocks by event";
  private static final String RETAIN_HEIGHTS = "retain heights";

  private static final byte[] BLOCK_PREFIX = "block_events".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BLOCK_HEIGHT =
      new OrderedCode().text(TxIndexSchema.BLOCK_HEIGHT.array()).toBytes();
  private static final int HASH_BYTES = 32;

  @Override
  public Name name(final byte[] key) {
    final String text = WireText.key(key);
    if (text.endsWith("RetainHeightKey")) {
      return new Name(RETAIN_HEIGHTS, text, OptionalLong.empty());
    }
    if (startsWith(key, 0, BLOCK_PREFIX)) {
      return startsWith(key, BLOCK_PREFIX.length, BLOCK_HEIGHT)
          ? new Name(
              BLOCKS, text, OrderedCode.numberAt(key, BLOCK_PREFIX.length + BLOCK_HEIGHT.length))
          : new Name(BLOCK_EVENTS, text, OptionalLong.empty());
    }
    final String raw = new String(key, StandardCharsets.ISO_8859_1);
    final int sequence = raw.lastIndexOf("$es$");
    if (sequence < 0) {
      return new Name(key.length == HASH_BYTES ? TXS : UNKNOWN, text, OptionalLong.empty());
    }
    final String[] parts = raw.substring(0, sequence).split("/", -1);
    return new Name(
        raw.startsWith("tx.height/") ? BY_HEIGHT : BY_EVENT,
        text,
        parts.length < 3 ? OptionalLong.empty() : decimal(parts[parts.length - 2]));
  }

  private static boolean startsWith(final byte[] key, final int offset, final byte[] prefix) {
    return key.length >= offset + prefix.length
        && Arrays.equals(key, offset, offset + prefix.length, prefix, 0, prefix.length);
  }

  private static OptionalLong decimal(final String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (final NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public List<String> describe(final byte[] key, final byte[] value) {
    return switch (name(key).family()) {
      case TXS -> WireText.lines(value, TxResult::parseFrom);
      case BLOCKS, BLOCK_EVENTS -> List.of(varint(value));
      default -> List.of(WireText.bytes(value));
    };
  }

  private static String varint(final byte[] value) {
    try {
      return Long.toString(GoVarint.decode(value));
    } catch (final IllegalArgumentException e) {
      return WireText.bytes(value);
    }
  }
}
