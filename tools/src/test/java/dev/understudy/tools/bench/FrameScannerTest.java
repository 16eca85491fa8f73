package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.types.line.EngineLine.FrameLength;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameScannerTest {
  private final List<String> told = new ArrayList<>();
  private final FrameScanner scanner =
      new FrameScanner(
          FrameLength.UNSIGNED_VARINT,
          new FrameScanner.Listener() {
            @Override
            public void begins() {
              told.add("begins");
            }

            @Override
            public void ends(final int field, final long end) {
              told.add(field + " ends at " + end);
            }
          });

  @Test
  void tellsOfAFrameAsSoonAsItsFirstByteHasCome() throws IOException {
    scanner.scan(bytes(0x84));
    assertThat(told).containsExactly("begins");
  }

  @Test
  void readsAFieldNumberOfTwoBytes() throws IOException {
    // finalize_block = 20, length-delimited, empty
    scanner.scan(bytes(3, 0xa2, 1, 0));
    assertThat(told).containsExactly("begins", "20 ends at 4");
  }

  @Test
  void takesAnEmptyFrameForOneWithoutAMessage() throws IOException {
    scanner.scan(bytes(0));
    assertThat(told).containsExactly("begins", "0 ends at 1");
  }

  @Test
  void leavesTheBufferAsItWas() throws IOException {
    final ByteBuffer bytes = bytes(2, 0x12, 0);
    scanner.scan(bytes);
    assertThat(bytes.remaining()).isEqualTo(3);
  }

  @Test
  void refusesALengthWithoutAnEnd() {
    assertThatThrownBy(() -> scanner.scan(bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not ABCI");
  }

  private static ByteBuffer bytes(final int... values) {
    final ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (final int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }
}
