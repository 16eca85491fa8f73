package dev.understudy.shim.abci.socket;

import dev.understudy.shim.abci.transport.AbciAddress;
import dev.understudy.types.line.EngineLine;
import dev.understudy.types.line.EngineLine.FrameLength;
import dev.understudy.types.wire.proto.Request;
import dev.understudy.types.wire.proto.RequestFlush;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Finds out whether an app that keeps silent, or hangs up at the first word, speaks in the frames
 * of another line: what is a frame to one is half of one to the other, and both would wait for
 * ever.
 */
final class FrameProbe {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
  private static final int MOST_BYTES = 1024;

  private FrameProbe() {}

  /** The app does not speak the frames it was spoken to in. */
  static final class OtherFrames extends IOException {
    OtherFrames(final String message) {
      super(message);
    }
  }

  /** Fails if the app answers a Flush, on a connection of its own, in the other frames. */
  static void requireOwn(final AbciAddress address, final FrameLength own) throws OtherFrames {
    for (final FrameLength form : FrameLength.values()) {
      if (form != own && isSpoken(address, form)) {
        throw new OtherFrames(
            "The app at %s speaks ABCI as engine line %s does; it was spoken to as %s does."
                .formatted(address, lines(form), lines(own)));
      }
    }
  }

  private static String lines(final FrameLength form) {
    return Arrays.stream(EngineLine.values())
        .filter(line -> line.frameLength() == form)
        .map(EngineLine::label)
        .collect(Collectors.joining(" or "));
  }

  private static boolean isSpoken(final AbciAddress address, final FrameLength form) {
    final Answer answer = new Answer(form);
    try (SocketChannel channel = SocketChannel.open(address.toSocketAddress());
        Wire wire = new Wire(channel, answer)) {
      wire.waitAtMost(ANSWERS_WITHIN.toNanos());
      final FrameWriter writer = new FrameWriter(form, wire);
      writer.write(Request.newBuilder().setFlush(RequestFlush.getDefaultInstance()).build());
      writer.flush();
      while (!answer.complete) {
        if (!wire.readMore()) {
          return false;
        }
      }
      return true;
    } catch (final IOException e) {
      return false;
    }
  }

  private static final class Answer implements Wire.Sink {
    private final FrameDecoder decoder;
    private boolean complete;

    Answer(final FrameLength form) {
      this.decoder = new FrameDecoder(form, MOST_BYTES);
    }

    @Override
    public void accept(final ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        complete |= decoder.take(bytes) != null;
      }
    }
  }
}
