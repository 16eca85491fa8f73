package dev.understudy.shim.rpc;

import dev.understudy.storage.block.BlockStore;
import dev.understudy.storage.kv.memory.MemoryStore;

/** Stores whose databases have been closed. */
final class ClosedStores {
  private ClosedStores() {}

  static BlockStore blocks() {
    final MemoryStore store = new MemoryStore();
    store.close();
    return new BlockStore(store);
  }
}
