package dev.understudy.storage.txindex;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvIterator;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.txindex.ReservedNames.Taken;
import dev.understudy.storage.txindex.TxIndexSchema.BlockEvent;
import dev.understudy.storage.txindex.TxIndexSchema.TxEvent;
import dev.understudy.storage.txindex.TxIndexSchema.TxPlace;
import dev.understudy.types.BlockResults;
import dev.understudy.types.Bytes;
import dev.understudy.types.Event;
import dev.understudy.types.EventAttribute;
import dev.understudy.types.ExecTxResult;
import dev.understudy.types.Hash;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineLine.BlockExecution;
import dev.understudy.types.wire.AbciCodec;
import dev.understudy.types.wire.Hashes;
import dev.understudy.types.wire.WrappedTx;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes blocks and transactions as the node's kv indexer does. Attributes count where the app
 * marks them for it. Event sequence numbers live in memory and start anew with each indexer, in the
 * node too, so the same block indexed twice has some of its keys twice, which searches take as one.
 * Not safe for several threads; does not close its store.
 */
public final class TxIndexer {
  private static final Logger LOG = LoggerFactory.getLogger(TxIndexer.class);

  /** Transactions of an app that repeats their bytes in its events take many times their size. */
  private static final long PIECE_BYTES = 4L << 20;

  private final KvStore store;
  private final EngineLine line;
  private final boolean namesCalls;
  private final ReservedNames reservedForTxs;
  private long blockSequence;
  private long txSequence;

  public TxIndexer(final KvStore store, final EngineLine line) {
    this.store = store;
    this.line = line;
    this.namesCalls = line.blockExecution() == BlockExecution.BEGIN_DELIVER_END;
    this.reservedForTxs =
        line.reservesNamesOfTxEvents() ? ReservedNames.OF_TXS : ReservedNames.NONE;
  }

  /** True if the block has been indexed, here or by a node. */
  public boolean isIndexed(final long height) {
    return TxIndexSchema.BLOCK.has(store, height);
  }

  /**
   * Takes every block above a height for not indexed, so that it is indexed once more: of what is
   * written there a power cut may have left some and not the rest.
   */
  public void forgetAbove(final long height) {
    final Batch batch = new Batch();
    try (KvIterator blocks =
        store.iterate(
            TxIndexSchema.BLOCK.key(height + 1), TxIndexSchema.BLOCK.key(Long.MAX_VALUE))) {
      while (blocks.next()) {
        batch.delete(blocks.key());
      }
    }
    if (!batch.isEmpty()) {
      store.write(batch, false);
    }
  }

  /** The {@code TxResult} record of a transaction. */
  public Optional<Bytes> loadTx(final Hash txHash) {
    return TxIndexSchema.TX.load(store, txHash);
  }

  /**
   * Writes a whole block, its own records last: a block that a crash cut short is not taken for
   * indexed. An event that takes a name which the index reserves leaves out the block's own records
   * or those of all its transactions, whichever it is among: the node does that, too, and goes on.
   * Events up to that one count in the sequence numbers of later blocks.
   */
  public void index(final long height, final List<Bytes> txs, final BlockResults results) {
    if (txs.size() != results.txResults().size()) {
      throw new IllegalArgumentException(
          "block %d has %d transactions but %d results"
              .formatted(height, txs.size(), results.txResults().size()));
    }
    Batch batch = new Batch();
    final Optional<Taken> takenInTxs =
        reservedForTxs.firstTaken(results.txResults().stream().map(ExecTxResult::events).toList());
    if (takenInTxs.isPresent()) {
      // the node stops at this event, having counted it
      txSequence += takenInTxs.get().events();
      LOG.warn(
          "transactions of block {} are not indexed: their events use the reserved name {}",
          height,
          takenInTxs.get().name());
    } else {
      for (int index = 0; index < txs.size(); index++) {
        putTx(batch, new TxPlace(height, index), txs.get(index), results.txResults().get(index));
        if (batch.sizeBytes() > PIECE_BYTES) {
          store.write(batch, false);
          batch = new Batch();
        }
      }
    }
    final Optional<Taken> taken = ReservedNames.OF_BLOCKS.firstTaken(List.of(results.events()));
    if (taken.isPresent()) {
      blockSequence += taken.get().events();
      LOG.warn(
          "block {} is not indexed: its events use the reserved name {}",
          height,
          taken.get().name());
    } else {
      putBlock(batch, height, results);
    }
    if (!batch.isEmpty()) {
      store.write(batch, false);
    }
  }

  private void putBlock(final Batch batch, final long height, final BlockResults results) {
    TxIndexSchema.BLOCK.put(batch, height, height);
    int place = 0;
    for (final Event event : results.events()) {
      final String call =
          !namesCalls ? "" : place < results.beginBlockEvents() ? "begin_block" : "end_block";
      place++;
      blockSequence++;
      for (final EventAttribute attribute : event.attributes()) {
        final Optional<Bytes> name = compositeKey(event, attribute);
        if (name.isPresent()) {
          TxIndexSchema.BLOCK_BY_EVENT.put(
              batch,
              new BlockEvent(name.get(), attribute.value(), height, call, blockSequence),
              height);
        }
      }
    }
  }

  private void putTx(
      final Batch batch, final TxPlace place, final Bytes stored, final ExecTxResult result) {
    // the node's events tell of a transaction without its blobs
    final Bytes tx = line.wrapsBlobs() ? WrappedTx.executed(stored) : stored;
    final Hash hash = Hashes.txHash(tx, line);
    if (line.wrapsBlobs() && hidesSuccess(hash, place.height(), result)) {
      return;
    }
    for (final Event event : result.events()) {
      txSequence++;
      for (final EventAttribute attribute : event.attributes()) {
        final Optional<Bytes> name = compositeKey(event, attribute);
        if (name.isPresent()) {
          TxIndexSchema.TX_BY_EVENT.put(
              batch, new TxEvent(name.get(), attribute.value(), place, txSequence), hash);
        }
      }
    }
    TxIndexSchema.TX_BY_HEIGHT.put(batch, place, hash);
    TxIndexSchema.TX.put(
        batch,
        hash,
        Bytes.wrap(AbciCodec.encodeTxResult(place.height(), place.index(), tx, result)));
  }

  /** Celestia's index keeps the success of an earlier block where the same transaction fails. */
  private boolean hidesSuccess(final Hash hash, final long height, final ExecTxResult result) {
    return result.code() != 0
        && loadTx(hash).filter(record -> AbciCodec.tellsSuccessBelow(record, height)).isPresent();
  }

  /** Empty where the attribute is not to be indexed. */
  private static Optional<Bytes> compositeKey(final Event event, final EventAttribute attribute) {
    if (event.type().isEmpty() || attribute.key().isEmpty() || !attribute.index()) {
      return Optional.empty();
    }
    final byte[] type = event.type().getBytes(StandardCharsets.UTF_8);
    final byte[] key = attribute.key().array();
    final byte[] name = Arrays.copyOf(type, type.length + 1 + key.length);
    name[type.length] = '.';
    System.arraycopy(key, 0, name, type.length + 1, key.length);
    return Optional.of(Bytes.wrap(name));
  }
}
