package dev.understudy.storage.txindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.MalformedWireException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class TxIndexerTest {
  private static final BlockStore BLOCKS = new BlockStore(NodeHome.KV_STOP3.open("blockstore"));
  private static final StateStore STATES =
      new StateStore(NodeHome.KV_STOP3.open("state"), EngineLine.COMETBFT_0_38);
  private static final Bytes TX = text("k=v");

  private final KvStore store = new MemoryStore();

  @Test
  void indexesARecordedChainToTheSameKeysAndValuesAsTheNode() throws MalformedWireException {
    indexRecorded(1, 14);
    indexRecorded(15, 18);
    indexRecorded(19, 24);

    assertThat(NodeHome.contents(store))
        .isEqualTo(NodeHome.contents(NodeHome.KV_STOP3.open("tx_index")));
  }

  @Test
  void indexingARangeAgainInOneRunOfTheIndexerChangesNothingElse() throws MalformedWireException {
    indexRecorded(1, 14);
    final SortedMap<String, String> once = NodeHome.contents(store);

    indexRecorded(1, 14);

    assertThat(NodeHome.contents(store)).isEqualTo(once);
  }

  @Test
  void knowsWhichBlocksAreIndexed() throws MalformedWireException {
    indexRecorded(1, 4);

    final TxIndexer indexer = new TxIndexer(store, EngineLine.COMETBFT_0_38);
    assertThat(indexer.isIndexed(4)).isTrue();
    assertThat(indexer.isIndexed(5)).isFalse();
    assertThat(indexer.loadTx(Hashes.txHash(BLOCKS.loadBlock(4).orElseThrow().txs().get(0))))
        .isPresent();
  }

  @Test
  void leavesOutAttributesThatAreNotMarked() {
    index(List.of(), event("transfer", "amount", false));

    assertThat(keys()).hasSize(3).noneMatch(key -> key.contains("amount"));
  }

  @Test
  void countsEventsWithoutTypeButLeavesThemOut() {
    index(List.of(), event("", "amount", true), event("transfer", "amount", true));

    assertThat(keys()).contains("transfer.amount/v/7/0$es$2").hasSize(4);
  }

  @Test
  void leavesOutTheTransactionsOfABlockThatUsesAReservedName() {
    index(List.of(event("mint", "amount", true)), event("tx", "height", false));

    assertThat(new TxIndexer(store, EngineLine.COMETBFT_0_38).isIndexed(7)).isTrue();
    assertThat(new TxIndexer(store, EngineLine.COMETBFT_0_38).loadTx(Hashes.txHash(TX))).isEmpty();
  }

  @Test
  void leavesOutTheBlockRecordsOfABlockThatUsesAReservedName() {
    index(List.of(event("block", "height", false)), event("transfer", "amount", true));

    assertThat(new TxIndexer(store, EngineLine.COMETBFT_0_38).isIndexed(7)).isFalse();
    assertThat(new TxIndexer(store, EngineLine.COMETBFT_0_38).loadTx(Hashes.txHash(TX)))
        .isPresent();
  }

  @Test
  void refusesResultsOfAnotherNumberOfTransactions() {
    assertThatThrownBy(
            () ->
                new TxIndexer(store, EngineLine.COMETBFT_0_38)
                    .index(new Batch(), 7, List.of(TX), results(List.of(), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("block 7 has 1 transactions but 0 results");
  }

  private void indexRecorded(final long from, final long to) throws MalformedWireException {
    final TxIndexer indexer = new TxIndexer(store, EngineLine.COMETBFT_0_38);
    for (long height = from; height <= to; height++) {
      final Batch batch = new Batch();
      indexer.index(
          batch,
          height,
          BLOCKS.loadBlock(height).orElseThrow().txs(),
          AnswersCodec.decodeFinalizeBlock(
              STATES.loadResults(height).orElseThrow().array(), EngineLine.COMETBFT_0_38));
      store.write(batch, false);
    }
  }

  private void index(final List<Event> blockEvents, final Event... txEvents) {
    final Batch batch = new Batch();
    final ExecTxResult result =
        new ExecTxResult(0, Bytes.EMPTY, "", "", 0, 0, List.of(txEvents), "");
    new TxIndexer(store, EngineLine.COMETBFT_0_38)
        .index(batch, 7, List.of(TX), results(blockEvents, List.of(result)));
    store.write(batch, false);
  }

  private static BlockResults results(
      final List<Event> events, final List<ExecTxResult> txResults) {
    return new BlockResults(events, txResults, List.of(), Optional.empty(), Bytes.EMPTY);
  }

  private static Event event(final String type, final String key, final boolean index) {
    return new Event(type, List.of(new EventAttribute(text(key), text("v"), index)));
  }

  private Set<String> keys() {
    return NodeHome.contents(store).keySet();
  }

  private static Bytes text(final String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
