package dev.understudy.storage.block;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.storage.block.BlockKeys.Kind;
import dev.understudy.storage.kv.Column;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.Singleton;
import dev.understudy.storage.kv.ValueCodec;
import dev.understudy.types.Bytes;
import dev.understudy.types.Commit;
import dev.understudy.types.Hash;
import dev.understudy.types.Part;
import dev.understudy.types.wire.BlockCodec;
import dev.understudy.types.wire.proto.BlockStoreState;
import dev.understudy.types.wire.proto.TxInfo;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Every record of {@code blockstore}. In key layout v1, the only one of the lines before 1.0 and
 * the default there, heights are decimal text, so those keys are not in order of height.
 *
 * <pre>
 *   v1                   v2 (ordered code)
 *   H:&lt;height&gt;           0, height          BlockMeta
 *   P:&lt;height&gt;:&lt;index&gt;   1, height, index   Part
 *   C:&lt;height&gt;           2, height          Commit for that height, from the block above it
 *   SC:&lt;height&gt;          3, height          Commit that was seen for that height
 *   EC:&lt;height&gt;          4, height          ExtendedCommit, where vote extensions are on
 *   BH:&lt;lower-case hex&gt;  5, raw hash        decimal text of the height
 *   blockStore           the same           BlockStoreState
 *   version              the same           the layout, on 1.0: see KeyLayout
 *   TH:&lt;lower-case hex&gt;  none               TxInfo by the hash of a transaction, Celestia only
 * </pre>
 */
final class BlockStoreSchema {
  static final Column<Singleton, BlockDescriptor> DESCRIPTOR =
      new Column<>(
          "descriptor",
          key -> ascii("blockStore"),
          ValueCodec.of(BlockStoreSchema::encodeDescriptor, BlockStoreSchema::decodeDescriptor));

  static final Column<Hash, TxPlace> TX_PLACE =
      new Column<>(
          "place of a transaction",
          hash -> ascii("TH:" + hash.toString().toLowerCase(Locale.ROOT)),
          ValueCodec.of(BlockStoreSchema::encodePlace, BlockStoreSchema::decodePlace));

  final BlockKeys keys;
  final Column<Long, BlockCodec.Meta> meta;
  final Column<PartKey, Part> part;
  final Column<Long, Commit> commit;
  final Column<Long, Commit> seenCommit;
  final Column<Long, Bytes> extendedCommit;
  final Column<Hash, Long> heightByHash;

  BlockStoreSchema(final KeyLayout layout) {
    this.keys = BlockKeys.of(layout);
    this.meta =
        new Column<>(
            "block meta",
            height -> keys.at(Kind.META, height),
            ValueCodec.of(BlockCodec::encode, BlockCodec::decodeMeta));
    this.part =
        new Column<>(
            "block part",
            key -> keys.part(key.height(), key.index()),
            ValueCodec.of(BlockCodec::encode, BlockCodec::decodePart));
    this.commit =
        new Column<>(
            "commit",
            height -> keys.at(Kind.COMMIT, height),
            ValueCodec.of(BlockCodec::encode, BlockCodec::decodeCommit));
    this.seenCommit =
        new Column<>(
            "seen commit",
            height -> keys.at(Kind.SEEN_COMMIT, height),
            ValueCodec.of(BlockCodec::encode, BlockCodec::decodeCommit));
    this.extendedCommit =
        new Column<>(
            "extended commit",
            height -> keys.at(Kind.EXTENDED_COMMIT, height),
            ValueCodec.VERBATIM);
    this.heightByHash =
        new Column<>(
            "height by hash",
            keys::byHash,
            ValueCodec.of(
                height -> ascii(Long.toString(height)),
                bytes -> Long.parseLong(new String(bytes, StandardCharsets.US_ASCII))));
  }

  record PartKey(long height, int index) {}

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

  private static byte[] encodePlace(final TxPlace place) {
    return TxInfo.newBuilder()
        .setHeight(place.height())
        .setIndex(place.index())
        .setCode(place.code())
        .setError(ByteString.copyFromUtf8(place.error()))
        .build()
        .toByteArray();
  }

  private static TxPlace decodePlace(final byte[] bytes) throws InvalidProtocolBufferException {
    final TxInfo wire = TxInfo.parseFrom(bytes);
    return new TxPlace(
        wire.getHeight(), wire.getIndex(), wire.getCode(), wire.getError().toStringUtf8());
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
