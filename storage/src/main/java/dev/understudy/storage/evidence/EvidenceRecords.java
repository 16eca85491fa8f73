package dev.understudy.storage.evidence;

import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.OrderedCode;
import dev.understudy.storage.kv.RecordGuide;
import dev.understudy.storage.kv.WireText;
import dev.understudy.types.wire.proto.Evidence;
import dev.understudy.types.wire.proto.Int64Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/** The records of {@code evidence} for people. */
public final class EvidenceRecords implements RecordGuide {
  public static final String PENDING = "pending evidence";
  private static final String COMMITTED = "committed evidence";
  private static final String LAYOUT = "key layout";
  private static final int HEIGHT_DIGITS = 16;
  private static final int FIRST_ORDERED_PREFIX = 9;

  private final KeyLayout layout;

  public EvidenceRecords(final KeyLayout layout) {
    this.layout = layout;
  }

  @Override
  public Name name(final byte[] key) {
    final String text = WireText.key(key);
    if (text.equals("version")) {
      return new Name(LAYOUT, text, OptionalLong.empty());
    }
    final int first = key.length == 0 ? -1 : key[0] & 0xff;
    final int kind =
        switch (layout) {
          case V1 -> first;
          case V2 -> (first ^ 0x80) - FIRST_ORDERED_PREFIX;
        };
    if (kind != 0 && kind != 1) {
      return new Name(UNKNOWN, text, OptionalLong.empty());
    }
    return new Name(
        kind == 0 ? COMMITTED : PENDING,
        text,
        switch (layout) {
          case V1 -> hexHeight(key);
          case V2 -> OrderedCode.numberAt(key, 1);
        });
  }

  private static OptionalLong hexHeight(final byte[] key) {
    if (key.length <= HEIGHT_DIGITS) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(
          Long.parseLong(new String(key, 1, HEIGHT_DIGITS, StandardCharsets.ISO_8859_1), 16));
    } catch (final NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public List<String> describe(final byte[] key, final byte[] value) {
    return switch (name(key).family()) {
      case COMMITTED -> WireText.lines(value, Int64Value::parseFrom);
      case PENDING -> WireText.lines(value, Evidence::parseFrom);
      case LAYOUT -> List.of(new String(value, StandardCharsets.US_ASCII));
      default -> List.of(WireText.bytes(value));
    };
  }
}
