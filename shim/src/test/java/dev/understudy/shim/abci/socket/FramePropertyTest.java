package dev.understudy.shim.abci.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestCheckTx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FramePropertyTest {

  @Property
  void framesComeOutAsTheyWentInWhereverTheStreamIsSplit(
      @ForAll final FrameLength form,
      @ForAll @Size(max = 5) final List<@Size(max = 300) byte[]> txs,
      @ForAll @IntRange(min = 1, max = 40) final int step)
      throws IOException {
    final List<Request> requests = txs.stream().map(FramePropertyTest::request).toList();
    final byte[] stream = written(form, requests);

    final FrameDecoder decoder = new FrameDecoder(form, 1_000);
    final List<Request> read = new ArrayList<>();
    for (int at = 0; at < stream.length; at += step) {
      final ByteBuffer piece =
          ByteBuffer.wrap(stream, at, Math.min(step, stream.length - at)).slice();
      for (byte[] frame = decoder.take(piece); frame != null; frame = decoder.take(piece)) {
        read.add(Request.parseFrom(frame));
      }
      assertThat(piece.hasRemaining()).isFalse();
    }

    assertThat(read).isEqualTo(requests);
    assertThat(decoder.atBoundary()).isTrue();
  }

  @Property
  void anyBytesGiveFramesWithinTheLimitOrAreRefused(
      @ForAll final FrameLength form, @ForAll @Size(max = 200) final byte[] bytes) {
    final FrameDecoder decoder = new FrameDecoder(form, 64);
    final ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      for (byte[] frame = decoder.take(in); frame != null; frame = decoder.take(in)) {
        assertThat(frame.length).isLessThanOrEqualTo(64);
      }
      assertThat(in.hasRemaining()).isFalse();
    } catch (final MalformedFrameException e) {
      assertThat(e).hasMessageContaining("frame");
    }
  }

  private static Request request(final byte[] tx) {
    return Request.newBuilder()
        .setCheckTx(RequestCheckTx.newBuilder().setTx(ByteString.copyFrom(tx)))
        .build();
  }

  private static byte[] written(final FrameLength form, final List<Request> requests)
      throws IOException {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final FrameWriter writer = new FrameWriter(form, out);
    for (final Request request : requests) {
      writer.write(request);
    }
    writer.flush();
    return out.toByteArray();
  }
}
