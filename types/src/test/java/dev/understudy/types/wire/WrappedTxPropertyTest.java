package dev.understudy.types.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Bytes;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Transactions are anything; what they are inside is tested against celestia-core's own records.
 */
class WrappedTxPropertyTest {
  /** BlobTx{tx: "a=b", blobs: [{namespace_id: 28 zeros, data: "x"}], type_id: "BLOB"}. */
  private static final Bytes BLOB_TX =
      Bytes.fromHex("0a03613d62" + "1221" + "0a1c" + "00".repeat(28) + "120178" + "1a04424c4f42");

  @Property
  void anyBytesAreWhatTheyAreUnlessWrapped(@ForAll final byte[] tx) {
    assertThat(WrappedTx.executed(Bytes.wrap(tx))).isEqualTo(Bytes.wrap(tx));
    assertThat(WrappedTx.named(Bytes.wrap(tx))).isEqualTo(Bytes.wrap(tx));
  }

  @Property
  void changedWrapperIsReadOrTakenAsItIs(@ForAll final byte value, @ForAll final char at) {
    final byte[] changed = BLOB_TX.array().clone();
    changed[at % changed.length] = value;
    final Bytes tx = Bytes.wrap(changed);
    assertThat(WrappedTx.executed(tx).size()).isIn(tx.size(), 0, 3);
  }

  @net.jqwik.api.Example
  void blobsAreLeftOut() {
    assertThat(WrappedTx.executed(BLOB_TX)).isEqualTo(Bytes.fromHex("613d62"));
    assertThat(WrappedTx.named(BLOB_TX)).isEqualTo(Bytes.fromHex("613d62"));
  }

  @net.jqwik.api.Example
  void wrapperCutShortIsNone() {
    for (int length = 0; length < BLOB_TX.size(); length++) {
      final Bytes cut = Bytes.wrap(Arrays.copyOf(BLOB_TX.array(), length));
      assertThat(WrappedTx.executed(cut)).isEqualTo(cut);
    }
  }
}
