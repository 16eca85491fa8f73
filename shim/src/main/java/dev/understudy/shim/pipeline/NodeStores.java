package dev.understudy.shim.pipeline;

import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.evidence.EvidenceStore;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.storage.txindex.TxIndexer;
import dev.understudy.types.line.EngineLine;
import java.util.function.Consumer;

/** The four open databases by what they mean; valid until they are closed. */
record NodeStores(
    KvStore blockDb,
    BlockStore blocks,
    KvStore stateDb,
    StateStore states,
    KvStore evidenceDb,
    EvidenceStore evidence,
    KvStore indexDb,
    TxIndexer index) {

  static NodeStores of(final NodeDatabases databases, final EngineLine line) {
    final KvStore blockDb = databases.store(DatabaseId.BLOCKSTORE);
    final KvStore stateDb = databases.store(DatabaseId.STATE);
    final KvStore evidenceDb = databases.store(DatabaseId.EVIDENCE);
    final KvStore indexDb = databases.store(DatabaseId.TX_INDEX);
    return new NodeStores(
        blockDb,
        new BlockStore(blockDb),
        stateDb,
        new StateStore(stateDb, line, databases.discardResults()),
        evidenceDb,
        new EvidenceStore(evidenceDb),
        indexDb,
        new TxIndexer(indexDb, line));
  }

  /** Unsynced: survives the end of the process, which is all that the write order relies on. */
  static void write(final KvStore store, final Consumer<Batch> puts) {
    final Batch batch = new Batch();
    puts.accept(batch);
    if (!batch.isEmpty()) {
      store.write(batch, false);
    }
  }
}
