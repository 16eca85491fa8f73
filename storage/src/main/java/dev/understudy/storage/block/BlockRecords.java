package dev.understudy.storage.block;

import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.OrderedCode;
import dev.understudy.storage.kv.RecordGuide;
import dev.understudy.storage.kv.WireText;
import dev.understudy.types.wire.proto.BlockMeta;
import dev.understudy.types.wire.proto.BlockStoreState;
import dev.understudy.types.wire.proto.Commit;
import dev.understudy.types.wire.proto.ExtendedCommit;
import dev.understudy.types.wire.proto.Part;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/** The records of {@code blockstore} for people. */
public final class BlockRecords implements RecordGuide {
  public static final String SEEN_COMMITS = "seen commits";
  public static final String COMMITS = "commits";
  public static final String DESCRIPTOR = "descriptor";
  private static final String METAS = "block metas";
  private static final String PARTS = "block parts";
  private static final String EXTENDED_COMMITS = "extended commits";
  private static final String HEIGHTS = "heights by hash";
  private static final String LAYOUT = "key layout";

  /** In the order of the prefixes of layout v2. */
  private static final List<String> ORDERED =
      List.of(METAS, PARTS, COMMITS, SEEN_COMMITS, EXTENDED_COMMITS, HEIGHTS);

  private final KeyLayout layout;

  public BlockRecords(final KeyLayout layout) {
    this.layout = layout;
  }

  @Override
  public Name name(final byte[] key) {
    final String text = WireText.key(key);
    return switch (text) {
      case "blockStore" -> new Name(DESCRIPTOR, text, OptionalLong.empty());
      case "version" -> new Name(LAYOUT, text, OptionalLong.empty());
      default ->
          switch (layout) {
            case V1 -> decimal(text);
            case V2 -> ordered(key, text);
          };
    };
  }

  private static Name decimal(final String text) {
    final int colon = text.indexOf(':');
    final String family =
        switch (text.substring(0, Math.max(0, colon))) {
          case "H" -> METAS;
          case "P" -> PARTS;
          case "C" -> COMMITS;
          case "SC" -> SEEN_COMMITS;
          case "EC" -> EXTENDED_COMMITS;
          case "BH" -> HEIGHTS;
          case "TH" -> "transactions by hash";
          default -> UNKNOWN;
        };
    final String[] parts = text.split(":", -1);
    final boolean hasHeight = ORDERED.contains(family) && !family.equals(HEIGHTS);
    try {
      return new Name(
          family,
          text,
          hasHeight ? OptionalLong.of(Long.parseLong(parts[1])) : OptionalLong.empty());
    } catch (final NumberFormatException e) {
      return new Name(UNKNOWN, text, OptionalLong.empty());
    }
  }

  private static Name ordered(final byte[] key, final String text) {
    final int prefix = key.length == 0 ? -1 : (key[0] & 0xff) ^ 0x80;
    if (prefix < 0 || prefix >= ORDERED.size()) {
      return new Name(UNKNOWN, text, OptionalLong.empty());
    }
    final String family = ORDERED.get(prefix);
    return new Name(
        family, text, family.equals(HEIGHTS) ? OptionalLong.empty() : OrderedCode.numberAt(key, 1));
  }

  @Override
  public List<String> describe(final byte[] key, final byte[] value) {
    return switch (name(key).family()) {
      case METAS -> WireText.lines(value, BlockMeta::parseFrom);
      case PARTS -> WireText.lines(value, Part::parseFrom);
      case COMMITS, SEEN_COMMITS -> WireText.lines(value, Commit::parseFrom);
      case EXTENDED_COMMITS -> WireText.lines(value, ExtendedCommit::parseFrom);
      case DESCRIPTOR -> WireText.lines(value, BlockStoreState::parseFrom);
      case HEIGHTS, LAYOUT -> List.of(new String(value, StandardCharsets.US_ASCII));
      default -> List.of(WireText.bytes(value));
    };
  }
}
