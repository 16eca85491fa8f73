package dev.understudy.storage.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.storage.kv.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeyLayoutTest {
  private final KvStore store = new MemoryStore();

  @Test
  void emptyDatabaseTakesTheLayoutThatIsWishedFor() {
    KeyLayout.mark(store, KeyLayout.V2);
    assertThat(KeyLayout.of(store)).isEqualTo(KeyLayout.V2);
    assertThat(store.get("version".getBytes(StandardCharsets.US_ASCII))).asString().isEqualTo("v2");
  }

  @Test
  void databaseOfAnOlderLineKeepsTheFirstLayout() {
    store.write(new Batch().put(new byte[] {'H'}, new byte[] {1}), false);
    KeyLayout.mark(store, KeyLayout.V2);
    assertThat(KeyLayout.of(store)).isEqualTo(KeyLayout.V1);
  }

  @Test
  void databaseThatHasALayoutKeepsIt() {
    KeyLayout.mark(store, KeyLayout.V2);
    KeyLayout.mark(store, KeyLayout.V1);
    assertThat(KeyLayout.of(store)).isEqualTo(KeyLayout.V2);
  }

  @Test
  void withoutAWordItIsTheFirst() {
    assertThat(KeyLayout.of(store)).isEqualTo(KeyLayout.V1);
  }
}
