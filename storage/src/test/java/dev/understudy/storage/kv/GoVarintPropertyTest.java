package dev.understudy.storage.kv;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class GoVarintPropertyTest {

  @Property
  void readsWhatItWrote(@ForAll final long value) {
    assertThat(GoVarint.decode(GoVarint.encode(value))).isEqualTo(value);
  }
}
