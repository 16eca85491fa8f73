package dev.understudy.storage.block;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.storage.kv.Column;
import dev.understudy.storage.kv.Singleton;
import dev.understudy.storage.kv.ValueCodec;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.Hash;
import dev.understudy.types.Part;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.proto.BlockStoreState;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Every record of {@code blockstore} in key layout v1, the layout of all lines before 1.0 and the
 * default there (store/store.go: calc*Key at v0.38.25). Heights are decimal text, so the keys are
 * not in order of height.
 *
 * <pre>
 *   H:&lt;height&gt;           BlockMeta
 *   P:&lt;height&gt;:&lt;index&gt;   Part
 *   C:&lt;height&gt;           Commit for that height, from the block above it
 *   SC:&lt;height&gt;          Commit that was seen for that height
 *   EC:&lt;height&gt;          ExtendedCommit, 0.38 and later, where vote extensions are on
 *   BH:&lt;lower-case hex&gt;  decimal text of the height
 *   blockStore           BlockStoreState
 * </pre>
 */
final class BlockStoreSchema {
  static final Column<Long, BlockCodec.Meta> META =
      new Column<>(
          "block meta",
          height -> ascii("H:" + height),
          ValueCodec.of(BlockCodec::encode, BlockCodec::decodeMeta));

  static final Column<PartKey, Part> PART =
      new Column<>(
          "block part",
          key -> ascii("P:" + key.height() + ":" + key.index()),
          ValueCodec.of(BlockCodec::encode, BlockCodec::decodePart));

  static final Column<Long, Commit> COMMIT =
      new Column<>(
          "commit",
          height -> ascii("C:" + height),
          ValueCodec.of(BlockCodec::encode, BlockCodec::decodeCommit));

  static final Column<Long, Commit> SEEN_COMMIT =
      new Column<>(
          "seen commit",
          height -> ascii("SC:" + height),
          ValueCodec.of(BlockCodec::encode, BlockCodec::decodeCommit));

  static final Column<Long, Bytes> EXTENDED_COMMIT =
      new Column<>("extended commit", height -> ascii("EC:" + height), ValueCodec.VERBATIM);

  static final Column<Hash, Long> HEIGHT_BY_HASH =
      new Column<>(
          "height by hash",
          hash -> ascii("BH:" + HexFormat.of().formatHex(hash.array())),
          ValueCodec.of(
              height -> ascii(Long.toString(height)),
              bytes -> Long.parseLong(new String(bytes, StandardCharsets.US_ASCII))));

  static final Column<Singleton, BlockDescriptor> DESCRIPTOR =
      new Column<>(
          "descriptor",
          key -> ascii("blockStore"),
          ValueCodec.of(BlockStoreSchema::encodeDescriptor, BlockStoreSchema::decodeDescriptor));

  private BlockStoreSchema() {}

  record PartKey(long height, int index) {}

  /** First key of a block's parts. */
  static byte[] partsFrom(final long height) {
    return ascii("P:" + height + ":");
  }

  /** The key after the last possible one of a block's parts; ';' follows ':'. */
  static byte[] partsTo(final long height) {
    return ascii("P:" + height + ";");
  }

  /**
   * The height of the block with which a record was written; empty for the descriptor and for
   * records that are not of this schema. {@code C:h} comes with block h + 1.
   */
  static OptionalLong writtenWith(final byte[] key, final Supplier<byte[]> value) {
    final String text = new String(key, StandardCharsets.ISO_8859_1);
    final int colon = text.indexOf(':');
    if (colon < 0) {
      return OptionalLong.empty();
    }
    final String rest = text.substring(colon + 1);
    return switch (text.substring(0, colon)) {
      case "H", "SC", "EC" -> decimal(rest);
      case "P" -> decimal(rest.substring(0, Math.max(0, rest.indexOf(':'))));
      case "C" -> {
        final OptionalLong height = decimal(rest);
        yield height.isPresent() ? OptionalLong.of(height.getAsLong() + 1) : height;
      }
      case "BH" -> decimal(new String(value.get(), StandardCharsets.ISO_8859_1));
      default -> OptionalLong.empty();
    };
  }

  private static OptionalLong decimal(final String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (final NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static byte[] encodeDescriptor(final BlockDescriptor descriptor) {
    return BlockStoreState.newBuilder()
        .setBase(descriptor.base())
        .setHeight(descriptor.height())
        .build()
        .toByteArray();
  }

  private static BlockDescriptor decodeDescriptor(final byte[] bytes)
      throws InvalidProtocolBufferException {
    final BlockStoreState wire = BlockStoreState.parseFrom(bytes);
    // stores older than the base field start at 1 (store/store.go: LoadBlockStoreState)
    final long base = wire.getHeight() > 0 && wire.getBase() == 0 ? 1 : wire.getBase();
    return new BlockDescriptor(base, wire.getHeight());
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
