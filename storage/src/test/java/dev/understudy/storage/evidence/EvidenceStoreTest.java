package dev.understudy.storage.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.NodeHome;
import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.evidence.EvidenceSchema.EvidenceKey;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KeyLayout;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.kv.memory.MemoryStore;
import dev.understudy.types.Bytes;
import dev.understudy.types.Evidence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidenceStoreTest {
  private final KvStore store = new MemoryStore();
  private final EvidenceStore evidence = new EvidenceStore(store);

  @Test
  void remembersEvidenceUnderTheKeyThatTheNodeUses() {
    final Batch batch = new Batch();
    recorded().forEach(item -> evidence.putCommitted(batch, item));
    store.write(batch, false);

    assertThat(NodeHome.contents(store))
        .isEqualTo(NodeHome.contents(NodeHome.KV_STOP3.open("evidence")))
        .hasSize(1);
  }

  @Test
  void knowsTheEvidenceThatTheNodeCommitted() {
    final Evidence item = recorded().get(0);

    assertThat(new EvidenceStore(NodeHome.KV_STOP3.open("evidence")).isCommitted(item)).isTrue();
    assertThat(evidence.isCommitted(item)).isFalse();
  }

  @Test
  void committedEvidenceIsNoLongerPending() {
    final Evidence item = recorded().get(0);
    final Batch pending = new Batch();
    new EvidenceSchema(KeyLayout.V1)
        .pending.put(pending, EvidenceKey.of(item), Bytes.fromHex("0A00"));
    store.write(pending, false);

    final Batch batch = new Batch();
    evidence.putCommitted(batch, item);
    store.write(batch, false);

    assertThat(new EvidenceSchema(KeyLayout.V1).pending.has(store, EvidenceKey.of(item))).isFalse();
    assertThat(evidence.isCommitted(item)).isTrue();
  }

  private static List<Evidence> recorded() {
    final BlockStore blocks = new BlockStore(NodeHome.KV_STOP3.open("blockstore"));
    final List<Evidence> all = new ArrayList<>();
    for (long height = 1; height <= 24; height++) {
      all.addAll(blocks.loadBlock(height).orElseThrow().evidence());
    }
    assertThat(all).isNotEmpty();
    return all;
  }
}
