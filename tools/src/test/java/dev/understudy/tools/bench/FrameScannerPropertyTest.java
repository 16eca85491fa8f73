package dev.understudy.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.shim.abci.socket.FrameWriter;
import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestEcho;
import dev.understudy.types.wire.proto.RequestFinalizeBlock;
import dev.understudy.types.wire.proto.RequestFlush;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However a stream is split on its way, the same frames are seen in it. */
final class FrameScannerPropertyTest {
  private static final int ECHO = 1;

  @Property(tries = 200)
  void seesTheFramesThatWereWritten(
      @ForAll final FrameLength form,
      @ForAll @Size(max = 12) final List<@IntRange(max = 5000) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 700) final int piece)
      throws IOException {
    final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    final FrameWriter writer = new FrameWriter(form, stream);
    final List<Long> ends = new ArrayList<>();
    final List<Integer> fields = new ArrayList<>();
    for (final int size : sizes) {
      final Request request = ofSize(size);
      writer.write(request);
      writer.flush();
      ends.add((long) stream.size());
      fields.add(request.getValueCase().getNumber());
    }

    final List<Long> seenEnds = new ArrayList<>();
    final List<Integer> seenFields = new ArrayList<>();
    final int[] begun = new int[1];
    final FrameScanner scanner =
        new FrameScanner(
            form,
            new FrameScanner.Listener() {
              @Override
              public void begins() {
                begun[0]++;
              }

              @Override
              public void ends(final int field, final long end) {
                seenFields.add(field);
                seenEnds.add(end);
              }
            });
    final byte[] all = stream.toByteArray();
    for (int from = 0; from < all.length; from += piece) {
      scanner.scan(ByteBuffer.wrap(all, from, Math.min(piece, all.length - from)));
    }

    assertThat(seenFields).isEqualTo(fields);
    assertThat(seenEnds).isEqualTo(ends);
    assertThat(begun[0]).isEqualTo(sizes.size());
  }

  private static Request ofSize(final int size) {
    if (size == 0) {
      return Request.newBuilder().setFlush(RequestFlush.getDefaultInstance()).build();
    }
    final String text = "x".repeat(size);
    return size % 2 == ECHO
        ? Request.newBuilder().setEcho(RequestEcho.newBuilder().setMessage(text)).build()
        : Request.newBuilder()
            .setFinalizeBlock(
                RequestFinalizeBlock.newBuilder()
                    .addTxs(com.google.protobuf.ByteString.copyFromUtf8(text)))
            .build();
  }
}
