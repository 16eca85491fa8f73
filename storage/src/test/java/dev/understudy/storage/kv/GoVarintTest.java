package dev.understudy.storage.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoVarintTest {

  @ParameterizedTest
  @CsvSource({"0, 00", "1, 02", "-1, 01", "63, 7e", "64, 8001", "300, d804"})
  void encodesAsGoDoes(final long value, final String hex) {
    assertThat(GoVarint.encode(value)).isEqualTo(HexFormat.of().parseHex(hex));
  }

  @Test
  void refusesBytesThatEndTooEarly() {
    assertThatThrownBy(() -> GoVarint.decode(new byte[] {(byte) 0x80}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
