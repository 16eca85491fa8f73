package dev.understudy.storage.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class OrderedCodePropertyTest {

  @Property
  void numbersKeepTheirOrderAsBytes(@ForAll final long a, @ForAll final long b) {
    assertThat(
            Integer.signum(
                Arrays.compareUnsigned(
                    new OrderedCode().number(a).toBytes(), new OrderedCode().number(b).toBytes())))
        .isEqualTo(Long.compare(a, b));
  }

  @Property
  void textKeepsItsOrderWhateverFollows(
      @ForAll final byte[] a, @ForAll final byte[] b, @ForAll final long x, @ForAll final long y) {
    final int order = Integer.signum(Arrays.compareUnsigned(a, b));
    assertThat(
            Integer.signum(
                Arrays.compareUnsigned(
                    new OrderedCode().text(a).number(x).toBytes(),
                    new OrderedCode().text(b).number(y).toBytes())))
        .isEqualTo(order == 0 ? Long.compare(x, y) : order);
  }
}
