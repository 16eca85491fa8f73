package dev.understudy.storage.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors printed by github.com/google/orderedcode v0.0.1. */
class OrderedCodeTest {

  @ParameterizedTest
  @CsvSource({
    "0, 80",
    "5, 85",
    "10, 8a",
    "63, bf",
    "64, c040",
    "255, c0ff",
    "300, c12c",
    "8191, dfff",
    "8192, e02000",
    "100000, e186a0",
    "-1, 7f",
    "-64, 40",
    "-65, 3fbf",
  })
  void encodesNumbersAsTheOriginal(final long number, final String hex) {
    assertThat(new OrderedCode().number(number).toBytes()).isEqualTo(HexFormat.of().parseHex(hex));
  }

  @Test
  void spillsTheLengthOfTheLargestNumberIntoTwoBytes() {
    assertThat(new OrderedCode().number(Long.MAX_VALUE).toBytes())
        .isEqualTo(HexFormat.of().parseHex("ffc07fffffffffffffff"));
  }

  @Test
  void escapesZeroAndFullBytesOfText() {
    assertThat(new OrderedCode().text(new byte[] {'a', 0, (byte) 0xff}).toBytes())
        .isEqualTo(HexFormat.of().parseHex("6100ffff000001"));
  }

  @Test
  void appendsPartsOneAfterAnother() {
    assertThat(new OrderedCode().text("a").number(1).text("").toBytes())
        .isEqualTo(HexFormat.of().parseHex("610001" + "81" + "0001"));
  }
}
