package dev.understudy.shim.abci.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestFlush;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameDecoderTest {

  @ParameterizedTest
  @CsvSource({"UNSIGNED_VARINT,021200", "ZIG_ZAG_VARINT,041200"})
  void flushIsWrittenAsTheNodeWritesIt(final FrameLength form, final String hex)
      throws IOException {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final FrameWriter writer = new FrameWriter(form, out);
    writer.write(Request.newBuilder().setFlush(RequestFlush.getDefaultInstance()).build());
    writer.flush();

    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({"UNSIGNED_VARINT,ffffffff07", "ZIG_ZAG_VARINT,feffffff0f"})
  void largestFrameThereIsCanBeAnnounced(final FrameLength form, final String hex) {
    // with a limit just below, the message tells which length was understood
    assertThatThrownBy(() -> decode(form, Integer.MAX_VALUE - 1, hex))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("2147483647 bytes is announced");
  }

  @Test
  void frameBeyondTheLimitIsRefusedOnItsLengthAlone() {
    assertThatThrownBy(() -> decode(FrameLength.UNSIGNED_VARINT, 1_000, "e907"))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessage("a frame of 1001 bytes is announced, the limit is 1000");
  }

  @Test
  void negativeLengthOfZigZagIsRefused() {
    assertThatThrownBy(() -> decode(FrameLength.ZIG_ZAG_VARINT, 1_000, "03"))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("-2 bytes");
  }

  @Test
  void lengthWithoutEndIsRefused() {
    assertThatThrownBy(() -> decode(FrameLength.UNSIGNED_VARINT, 1_000, "8080808080"))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("goes on past 5 bytes");
  }

  @Test
  void emptyFrameIsAFrame() throws IOException {
    assertThat(decode(FrameLength.UNSIGNED_VARINT, 1_000, "00")).isEmpty();
  }

  private static byte @Nullable [] decode(final FrameLength form, final int limit, final String hex)
      throws MalformedFrameException {
    return new FrameDecoder(form, limit).take(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }
}
