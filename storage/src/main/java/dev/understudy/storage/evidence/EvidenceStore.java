package dev.understudy.storage.evidence;

import dev.understudy.storage.evidence.EvidenceSchema.EvidenceKey;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.Evidence;

/**
 * Remembers which evidence blocks have carried, so that the node takes none of it a second time
 * (CometBFT evidence/pool.go). Puts go into a batch of the caller. Safe for the threads for which
 * its {@link KvStore} is, which it does not close.
 */
public final class EvidenceStore {
  private final KvStore store;
  private final EvidenceSchema schema;

  /** In the key layout that the store says it has. */
  public EvidenceStore(final KvStore store) {
    this.store = store;
    this.schema = new EvidenceSchema(KeyLayout.of(store));
  }

  /** Also takes it from the pending evidence that an earlier run of a node may have left. */
  public void putCommitted(final Batch batch, final Evidence evidence) {
    final EvidenceKey key = EvidenceKey.of(evidence);
    schema.committed.put(batch, key, evidence.height());
    if (schema.pending.has(store, key)) {
      schema.pending.delete(batch, key);
    }
  }

  public boolean isCommitted(final Evidence evidence) {
    return schema.committed.has(store, EvidenceKey.of(evidence));
  }
}
