package dev.understudy.types.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hand-written readers of times, hex and base64 against those of the JDK. */
class ScalarsPropertyTest {

  private static Instant time(final String text) {
    final char[] padded = ("xx" + text + "yy").toCharArray();
    return Rfc3339.parse(padded, 2, text.length());
  }

  private static byte[] base64(final String text) {
    final char[] padded = ("A" + text + "A").toCharArray();
    return TextBytes.base64(padded, 1, text.length());
  }

  private static byte[] hex(final String text) {
    return TextBytes.hex(text.toCharArray(), 0, text.length());
  }

  @Property
  void anyTimeOfTheYearsOneTo9999IsReadBack(
      @ForAll @LongRange(min = -62_135_596_800L, max = 253_402_300_799L) final long seconds,
      @ForAll @IntRange(max = 999_999_999) final int nanos) {
    final Instant instant = Instant.ofEpochSecond(seconds, nanos);

    assertThat(time(DateTimeFormatter.ISO_INSTANT.format(instant))).isEqualTo(instant);
  }

  @Property
  void anyOffsetIsTakenOff(
      @ForAll @LongRange(min = -62_000_000_000L, max = 253_000_000_000L) final long seconds,
      @ForAll @IntRange(min = -17, max = 17) final int hours) {
    final OffsetDateTime local = Instant.ofEpochSecond(seconds).atOffset(ZoneOffset.ofHours(hours));

    assertThat(time(local.format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx"))))
        .isEqualTo(local.toInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2024-02-29",
        "2023-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-04-31T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00.1234567890Z",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00.5",
        "2024-01-01T00:00:00+1:00",
        "2024-01-01T00:00:00+24:00",
        "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "+2024-01-01T00:00:00Z",
        "2024-01-01T00:00:00ZZ"
      })
  void refusesWhatIsNoTime(final String text) {
    assertThatThrownBy(() -> time(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void base64IsReadBack(@ForAll @Size(max = 100) final byte[] bytes) {
    assertThat(base64(Base64.getEncoder().encodeToString(bytes))).isEqualTo(bytes);
    assertThat(base64(Base64.getMimeEncoder().encodeToString(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A",
        "AA",
        "AAA",
        "A===",
        "====",
        "AA=A",
        "=AAA",
        "AA-_",
        "AAA ",
        "AAAé",
        "AA==AA=="
      })
  void refusesWhatIsNoBase64(final String text) {
    assertThatThrownBy(() -> base64(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void hexIsReadBackInEitherCase(@ForAll @Size(max = 100) final byte[] bytes) {
    assertThat(hex(HexFormat.of().formatHex(bytes))).isEqualTo(bytes);
    assertThat(hex(HexFormat.of().withUpperCase().formatHex(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0g", "g0", "0x", "é0", "0 ", "\u0130\u0130"})
  void refusesWhatIsNoHex(final String text) {
    assertThatThrownBy(() -> hex(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsGosZeroTime() {
    assertThat(time("0001-01-01T00:00:00Z").getEpochSecond()).isEqualTo(-62_135_596_800L);
  }
}
