package dev.understudy.types.crypto;

import dev.understudy.types.Bytes;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Parsed forms of public keys. Bounded: a full cache starts anew, since the keys of the validators
 * at work are back after one block. Safe for any number of threads.
 */
final class KeyCache<P> {
  /** As many as CometBFT keeps (crypto/ed25519: cacheSize). */
  static final int CAPACITY = 4096;

  private final ConcurrentHashMap<Bytes, P> parsed = new ConcurrentHashMap<>();
  private final Function<byte[], P> parser;

  KeyCache(final Function<byte[], P> parser) {
    this.parser = parser;
  }

  P get(final byte[] key) {
    final P known = parsed.get(Bytes.wrap(key));
    if (known != null) {
      return known;
    }
    final P fresh = parser.apply(key);
    if (parsed.size() >= CAPACITY) {
      parsed.clear();
    }
    parsed.put(Bytes.copyOf(key), fresh);
    return fresh;
  }

  int size() {
    return parsed.size();
  }
}
