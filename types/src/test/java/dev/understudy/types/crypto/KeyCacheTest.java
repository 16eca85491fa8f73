package dev.understudy.types.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyCacheTest {
  private final AtomicInteger parsed = new AtomicInteger();
  private final KeyCache<Byte> cache =
      new KeyCache<>(
          key -> {
            parsed.incrementAndGet();
            return key[0];
          });

  @Test
  void parsesAKeyOnce() {
    cache.get(new byte[] {7});
    assertThat(cache.get(new byte[] {7})).isEqualTo((byte) 7);
    assertThat(parsed).hasValue(1);
  }

  @Test
  void doesNotFollowAKeyThatTheCallerChangesLater() {
    final byte[] key = {7};
    cache.get(key);
    key[0] = 8;
    assertThat(cache.get(new byte[] {7})).isEqualTo((byte) 7);
    assertThat(parsed).hasValue(1);
  }

  @Test
  void staysBounded() {
    for (int i = 0; i < 3 * KeyCache.CAPACITY; i++) {
      cache.get(new byte[] {(byte) i, (byte) (i >> 8)});
      assertThat(cache.size()).isLessThanOrEqualTo(KeyCache.CAPACITY);
    }
  }
}
