package dev.understudy.storage.inspect;

import dev.understudy.storage.block.BlockRecords;
import dev.understudy.storage.evidence.EvidenceRecords;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.RecordGuide;
import dev.understudy.storage.state.StateRecords;
import dev.understudy.storage.txindex.TxIndexRecords;
import dev.understudy.types.line.EngineLine;

/** The guide to each database. */
final class Guides {
  private Guides() {}

  /** In the key layout that the database says it has. */
  static RecordGuide of(final DatabaseId id, final KvStore store, final EngineLine line) {
    return switch (id) {
      case BLOCKSTORE -> new BlockRecords(KeyLayout.of(store));
      case STATE -> new StateRecords(KeyLayout.of(store), line);
      case EVIDENCE -> new EvidenceRecords(KeyLayout.of(store));
      case TX_INDEX -> new TxIndexRecords();
    };
  }
}
