package dev.understudy.storage.txindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.OrderedCode;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.wire.AbciCodec;
import dev.understudy.types.wire.AnswersCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.MalformedWireException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  void forgetsThatBlocksAboveAHeightAreIndexed() throws MalformedWireException {
    indexRecorded(1, 14);
    final TxIndexer indexer = new TxIndexer(store, EngineLine.COMETBFT_0_38);
    final Set<String> all = keys();

    indexer.forgetAbove(4);

    assertThat(indexer.isIndexed(4)).isTrue();
    for (long height = 5; height <= 14; height++) {
      assertThat(indexer.isIndexed(height)).isFalse();
    }
    assertThat(keys()).hasSize(all.size() - 10).isSubsetOf(all);
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
  void countsATxsEventsUpToTheReservedNameAsTheNodeDoes() {
    final TxIndexer indexer = new TxIndexer(store, EngineLine.COMETBFT_0_38);
    final Event event = event("transfer", "amount", true);
    final List<ExecTxResult> reserved =
        List.of(result(event), result(event("tx", "hash", false), event), result(event));
    indexer.index(7, List.of(TX, TX, TX), results(List.of(), reserved));

    indexer.index(8, List.of(TX), results(List.of(), List.of(result(event))));

    // state/txindex/kv/kv.go: AddBatch at v0.38.25 gives up at the second of height 7's four
    assertThat(keys())
        .contains("transfer.amount/v/8/0$es$3")
        .noneMatch(key -> key.startsWith("transfer.amount/v/7"));
  }

  @Test
  void countsABlocksEventsUpToTheReservedNameAsTheNodeDoes() {
    final TxIndexer indexer = new TxIndexer(store, EngineLine.COMETBFT_0_38);
    final Event event = event("mint", "by", "app");
    final Event reserved = event("block", "height", false);
    indexer.index(7, List.of(), results(List.of(event, reserved, event, event), List.of()));

    indexer.index(8, List.of(), results(List.of(event), List.of()));

    // state/indexer/block/kv/kv.go: indexEvents at v0.38.25
    assertThat(
            store.get(
                blockEvent(new OrderedCode().text("mint.by").text("app").number(8).number(3))))
        .containsExactly(16);
    assertThat(keys()).hasSize(2);
  }

  @Test
  void takesOtherKeysOfAReservedType() {
    index(List.of(event("block", "hash", true)), event("tx", "amount", true));

    assertThat(new TxIndexer(store, EngineLine.COMETBFT_0_38).isIndexed(7)).isTrue();
    assertThat(keys()).contains("tx.amount/v/7/0$es$1");
  }

  @Test
  void keepsTheSuccessOfAnEarlierBlockWhereATxFailsLaterOnCelestia() {
    final TxIndexer indexer = new TxIndexer(store, EngineLine.CELESTIA_0_34);
    indexer.index(7, List.of(TX), results(List.of(), List.of(result())));
    final Optional<Bytes> success = indexer.loadTx(Hashes.txHash(TX));

    indexer.index(8, List.of(TX), results(List.of(), List.of(failure())));

    assertThat(success).isPresent();
    assertThat(indexer.loadTx(Hashes.txHash(TX))).isEqualTo(success);
  }

  @Test
  void takesTheLastOfATxsResultsInOneBlockOnCelestiaHoweverMuchLiesBetween() {
    final TxIndexer indexer = new TxIndexer(store, EngineLine.CELESTIA_0_34);
    final EventAttribute note =
        new EventAttribute(text("note"), Bytes.wrap(new byte[5 << 20]), true);
    final Event event = new Event("transfer", List.of(note));

    indexer.index(7, List.of(TX, TX), results(List.of(), List.of(result(event), failure())));

    assertThat(indexer.loadTx(Hashes.txHash(TX)))
        .contains(Bytes.wrap(AbciCodec.encodeTxResult(7, 1, TX, failure())));
  }

  private static ExecTxResult failure() {
    return new ExecTxResult(5, Bytes.EMPTY, "", "", 0, 0, List.of(), "");
  }

  @ParameterizedTest
  @EnumSource(names = {"TENDERMINT_0_34", "COMETBFT_0_37"})
  void namesTheCallOfABlocksEventBefore038(final EngineLine line) {
    final Event begun = event("mint", "by", "app");
    final Event ended = event("end", "by", "app");
    new TxIndexer(store, line)
        .index(
            7,
            List.of(),
            new BlockResults(
                List.of(begun, ended), 1, List.of(), List.of(), Optional.empty(), Bytes.EMPTY));

    // state/indexer/block/kv/util.go: eventKey at v0.37.18
    assertThat(store.get(blockEvent("mint.by", "begin_block", 1))).containsExactly(14);
    assertThat(store.get(blockEvent("end.by", "end_block", 2))).containsExactly(14);
  }

  private static byte[] blockEvent(final String name, final String call, final long sequence) {
    return blockEvent(
        new OrderedCode().text(name).text("app").number(7).text(call).number(sequence));
  }

  private static byte[] blockEvent(final OrderedCode rest) {
    final ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.writeBytes("block_events".getBytes(StandardCharsets.US_ASCII));
    key.writeBytes(rest.toBytes());
    return key.toByteArray();
  }

  private static Event event(final String type, final String key, final String value) {
    return new Event(
        type,
        List.of(
            new EventAttribute(
                Bytes.wrap(key.getBytes(StandardCharsets.US_ASCII)),
                Bytes.wrap(value.getBytes(StandardCharsets.US_ASCII)),
                true)));
  }

  @Test
  void takesEveryNameOfATxsEventOn034() {
    final ExecTxResult result = result(event("tx", "hash", "app"));
    final TxIndexer indexer = new TxIndexer(store, EngineLine.TENDERMINT_0_34);
    indexer.index(7, List.of(TX), results(List.of(), List.of(result)));
    assertThat(indexer.loadTx(Hashes.txHash(TX))).isPresent();
  }

  @Test
  void refusesResultsOfAnotherNumberOfTransactions() {
    assertThatThrownBy(
            () ->
                new TxIndexer(store, EngineLine.COMETBFT_0_38)
                    .index(7, List.of(TX), results(List.of(), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("block 7 has 1 transactions but 0 results");
  }

  private void indexRecorded(final long from, final long to) throws MalformedWireException {
    final TxIndexer indexer = new TxIndexer(store, EngineLine.COMETBFT_0_38);
    for (long height = from; height <= to; height++) {
      indexer.index(
          height,
          BLOCKS.loadBlock(height).orElseThrow().txs(),
          AnswersCodec.decodeFinalizeBlock(
              STATES.loadResults(height).orElseThrow().array(), EngineLine.COMETBFT_0_38));
    }
  }

  private void index(final List<Event> blockEvents, final Event... txEvents) {
    new TxIndexer(store, EngineLine.COMETBFT_0_38)
        .index(7, List.of(TX), results(blockEvents, List.of(result(txEvents))));
  }

  private static ExecTxResult result(final Event... events) {
    return new ExecTxResult(0, Bytes.EMPTY, "", "", 0, 0, List.of(events), "");
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
