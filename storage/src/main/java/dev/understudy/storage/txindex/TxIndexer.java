package dev.understudy.storage.txindex;

import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
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
import java.util.Set;
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

  private static final Set<Bytes> RESERVED_FOR_BLOCKS = Set.of(TxIndexSchema.BLOCK_HEIGHT);

  private final KvStore store;
  private final EngineLine line;
  private final boolean namesCalls;
  private final Set<Bytes> reservedForTxs;
  private long blockSequence;
  private long txSequence;

  public TxIndexer(final KvStore store, final EngineLine line) {
    this.store = store;
    this.line = line;
    this.namesCalls = line.blockExecution() == BlockExecution.BEGIN_DELIVER_END;
    this.reservedForTxs =
        line.reservesNamesOfTxEvents()
            ? Set.of(TxIndexSchema.TX_HASH, TxIndexSchema.TX_HEIGHT)
            : Set.of();
  }

  /** True if the block has been indexed, here or by a node. */
  public boolean isIndexed(final long height) {
    return TxIndexSchema.BLOCK.has(store, height);
  }

  /** The {@code TxResult} record of a transaction. */
  public Optional<Bytes> loadTx(final Hash txHash) {
    return TxIndexSchema.TX.load(store, txHash);
  }

  /**
   * Puts a whole block. An event that takes a name which the index reserves leaves out the block's
   * own records or those of all its transactions, whichever it is among: the node does that, too,
   * and goes on.
   */
  public void index(
      final Batch batch, final long height, final List<Bytes> txs, final BlockResults results) {
    if (txs.size() != results.txResults().size()) {
      throw new IllegalArgumentException(
          "block %d has %d transactions but %d results"
              .formatted(height, txs.size(), results.txResults().size()));
    }
    try {
      append(batch, blockRecords(height, results));
    } catch (final ReservedNameException e) {
      LOG.warn("block {} is not indexed: its events use the reserved name {}", height, e.name);
    }
    try {
      append(batch, txRecords(height, txs, results.txResults()));
    } catch (final ReservedNameException e) {
      LOG.warn(
          "transactions of block {} are not indexed: their events use the reserved name {}",
          height,
          e.name);
    }
  }

  private Batch blockRecords(final long height, final BlockResults results)
      throws ReservedNameException {
    final Batch records = new Batch();
    TxIndexSchema.BLOCK.put(records, height, height);
    int place = 0;
    for (final Event event : results.events()) {
      final String call =
          !namesCalls ? "" : place < results.beginBlockEvents() ? "begin_block" : "end_block";
      place++;
      blockSequence++;
      for (final EventAttribute attribute : event.attributes()) {
        final Optional<Bytes> name = compositeKey(event, attribute, RESERVED_FOR_BLOCKS);
        if (name.isPresent()) {
          TxIndexSchema.BLOCK_BY_EVENT.put(
              records,
              new BlockEvent(name.get(), attribute.value(), height, call, blockSequence),
              height);
        }
      }
    }
    return records;
  }

  private Batch txRecords(
      final long height, final List<Bytes> txs, final List<ExecTxResult> results)
      throws ReservedNameException {
    final Batch records = new Batch();
    for (int index = 0; index < txs.size(); index++) {
      // the node's events tell of a transaction without its blobs
      final Bytes tx = line.wrapsBlobs() ? WrappedTx.executed(txs.get(index)) : txs.get(index);
      final Hash hash = Hashes.txHash(tx, line);
      if (line.wrapsBlobs() && hidesSuccess(hash, results.get(index))) {
        continue;
      }
      final TxPlace place = new TxPlace(height, index);
      for (final Event event : results.get(index).events()) {
        txSequence++;
        for (final EventAttribute attribute : event.attributes()) {
          final Optional<Bytes> name = compositeKey(event, attribute, reservedForTxs);
          if (name.isPresent()) {
            TxIndexSchema.TX_BY_EVENT.put(
                records, new TxEvent(name.get(), attribute.value(), place, txSequence), hash);
          }
        }
      }
      TxIndexSchema.TX_BY_HEIGHT.put(records, place, hash);
      TxIndexSchema.TX.put(
          records,
          hash,
          Bytes.wrap(AbciCodec.encodeTxResult(height, index, tx, results.get(index))));
    }
    return records;
  }

  /** Celestia's index keeps an earlier success where the same transaction fails later. */
  private boolean hidesSuccess(final Hash hash, final ExecTxResult result) {
    return result.code() != 0 && loadTx(hash).filter(AbciCodec::tellsSuccess).isPresent();
  }

  /** Empty where the attribute is not to be indexed; a reserved name fails even then. */
  private static Optional<Bytes> compositeKey(
      final Event event, final EventAttribute attribute, final Set<Bytes> reserved)
      throws ReservedNameException {
    if (event.type().isEmpty() || attribute.key().isEmpty()) {
      return Optional.empty();
    }
    final byte[] type = event.type().getBytes(StandardCharsets.UTF_8);
    final byte[] key = attribute.key().array();
    final byte[] name = Arrays.copyOf(type, type.length + 1 + key.length);
    name[type.length] = '.';
    System.arraycopy(key, 0, name, type.length + 1, key.length);
    final Bytes composite = Bytes.wrap(name);
    if (reserved.contains(composite)) {
      throw new ReservedNameException(new String(name, StandardCharsets.UTF_8));
    }
    return attribute.index() ? Optional.of(composite) : Optional.empty();
  }

  private static void append(final Batch batch, final Batch records) {
    for (final Batch.Change change : records.changes()) {
      if (change.value() != null) {
        batch.put(change.key(), change.value());
      }
    }
  }

  private static final class ReservedNameException extends Exception {
    private final String name;

    ReservedNameException(final String name) {
      super(name);
      this.name = name;
    }
  }
}
