package dev.understudy.storage.txindex;

import dev.understudy.storage.kv.Column;
import dev.understudy.storage.kv.GoVarint;
import dev.understudy.storage.kv.OrderedCode;
import dev.understudy.storage.kv.ValueCodec;
import dev.understudy.types.Bytes;
import dev.understudy.types.Hash;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Every record of {@code tx_index} (state/txindex/kv/kv.go and state/indexer/block/kv/kv.go at
 * v0.38.25). Before 0.38 the key of a block event also names the call that it came with.
 *
 * <pre>
 *   &lt;tx hash, 32 bytes&gt;                                    TxResult
 *   tx.height/&lt;height&gt;/&lt;height&gt;/&lt;index&gt;$es$0               tx hash
 *   &lt;type&gt;.&lt;key&gt;/&lt;value&gt;/&lt;height&gt;/&lt;index&gt;$es$&lt;sequence&gt;   tx hash
 *   block_events ordered("block.height", height)           Go varint of the height
 *   block_events ordered("&lt;type&gt;.&lt;key&gt;", value, height, sequence)   the same
 *     before 0.38: …value, height, "begin_block" or "end_block", sequence)
 * </pre>
 */
final class TxIndexSchema {
  /** The composite keys of the index's own records (types/events.go). */
  static final Bytes TX_HEIGHT = text("tx.height");

  static final Bytes BLOCK_HEIGHT = text("block.height");

  static final Column<Hash, Bytes> TX =
      new Column<>("indexed transaction", Hash::array, ValueCodec.VERBATIM);

  static final Column<TxPlace, Hash> TX_BY_HEIGHT =
      new Column<>("transaction by height", TxPlace::key, hashes());

  static final Column<TxEvent, Hash> TX_BY_EVENT =
      new Column<>("transaction by event", TxEvent::key, hashes());

  static final Column<Long, Long> BLOCK =
      new Column<>(
          "indexed block",
          height -> blockEvents(new OrderedCode().text(BLOCK_HEIGHT.array()).number(height)),
          GoVarint.CODEC);

  static final Column<BlockEvent, Long> BLOCK_BY_EVENT =
      new Column<>("block by event", BlockEvent::key, GoVarint.CODEC);

  private static final byte[] BLOCK_EVENTS = text("block_events").array();

  private TxIndexSchema() {}

  record TxPlace(long height, int index) {
    private byte[] key() {
      return new TxEvent(TX_HEIGHT, text(Long.toString(height)), this, 0).key();
    }
  }

  record TxEvent(Bytes compositeKey, Bytes value, TxPlace place, long sequence) {
    private byte[] key() {
      final ByteArrayOutputStream key = new ByteArrayOutputStream();
      key.writeBytes(compositeKey.array());
      key.write('/');
      key.writeBytes(value.array());
      key.writeBytes(
          ("/" + place.height() + "/" + place.index() + "$es$" + sequence)
              .getBytes(StandardCharsets.US_ASCII));
      return key.toByteArray();
    }
  }

  /** {@code call} is empty where keys don't name it. */
  record BlockEvent(Bytes compositeKey, Bytes value, long height, String call, long sequence) {
    private byte[] key() {
      final OrderedCode key =
          new OrderedCode().text(compositeKey.array()).text(value.array()).number(height);
      if (!call.isEmpty()) {
        key.text(call);
      }
      return blockEvents(key.number(sequence));
    }
  }

  private static byte[] blockEvents(final OrderedCode rest) {
    final ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.writeBytes(BLOCK_EVENTS);
    key.writeBytes(rest.toBytes());
    return key.toByteArray();
  }

  private static ValueCodec<Hash> hashes() {
    return ValueCodec.of(Hash::array, Hash::wrap);
  }

  static Bytes text(final String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
