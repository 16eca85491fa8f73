package dev.understudy.types.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.types.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RepeatedTest {
  @Test
  void givesTheSamePieceForTheSameBytes() {
    final Repeated repeated = new Repeated("key value key".getBytes(StandardCharsets.US_ASCII));

    assertThat(repeated.bytes(0, 3)).isSameAs(repeated.bytes(10, 3));
    assertThat(repeated.text(0, 3)).isSameAs(repeated.text(10, 3)).isEqualTo("key");
    assertThat(repeated.bytes(4, 5))
        .isEqualTo(Bytes.wrap("value".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void tellsPiecesOfOneSlotApart() {
    final byte[] message = new byte[20_000];
    new Random(1).nextBytes(message);
    final Repeated repeated = new Repeated(message);

    for (int round = 0; round < 2; round++) {
      for (int at = 0; at < message.length - 100; at++) {
        final int size = at % 100;
        final byte[] piece = Arrays.copyOfRange(message, at, at + size);
        assertThat(repeated.bytes(at, size).array()).isEqualTo(piece);
        assertThat(repeated.text(at, size)).isEqualTo(new String(piece, StandardCharsets.UTF_8));
      }
    }
  }
}
