package dev.understudy.shim.pipeline;

import dev.understudy.types.Hash;
import dev.understudy.types.ValidatorSet;
import dev.understudy.types.wire.Hashes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The validator sets that execution has computed, by their hash: verification runs ahead of
 * execution and waits here where the set changes. Keeps the newest few.
 */
final class ValidatorSets {
  private static final int KEPT = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition published = lock.newCondition();
  private final Map<Hash, ValidatorSet> sets =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(final Map.Entry<Hash, ValidatorSet> eldest) {
          return size() > KEPT;
        }
      };

  void publish(final ValidatorSet set) {
    final Hash hash = Hashes.validatorsHash(set);
    lock.lock();
    try {
      // newest last: a set that comes back into force must not be evicted as the eldest
      sets.remove(hash);
      sets.put(hash, set);
      published.signalAll();
    } finally {
      lock.unlock();
    }
  }

  ValidatorSet await(final Hash hash) throws InterruptedException {
    lock.lock();
    try {
      ValidatorSet set = sets.get(hash);
      while (set == null) {
        published.await();
        set = sets.get(hash);
      }
      return set;
    } finally {
      lock.unlock();
    }
  }
}
